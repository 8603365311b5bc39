/**
 * Counts specs as Jasmine reports them, against the exceptions.
 *
 * @param exceptions specs that are to fail, by name, each with what its messages are to match
 * @param leastSpecs fewer mean that some did not declare themselves
 * @param nameOf a spec's name without the backend's
 */
export function tally({ exceptions, leastSpecs, nameOf }) {
  const awaited = new Map(exceptions.map((exception) => [exception.spec, exception]))
  const count = { passed: 0, failed: 0, skipped: 0 }
  const faults = []

  function fail(what, ...messages) {
    count.failed++
    faults.push(`${what}\n${messages.join('\n')}`)
  }

  function specDone({ fullName, status, failedExpectations }) {
    const name = nameOf(fullName)
    const messages = failedExpectations.map(({ message }) => message)
    const exception = awaited.get(name)
    awaited.delete(name)
    if (exception && status !== 'failed') fail(name, `stands among the exceptions and is ${status}: take it out`)
    else if (exception && messages.every((message) => exception.fails.test(message))) count.skipped++
    else if (status === 'failed') fail(name, ...messages)
    else count[status === 'passed' ? 'passed' : 'skipped']++
  }

  /** What failed before, after or between the specs of a group, or outside of all. */
  function groupDone({ fullName = 'outside the specs', failedExpectations }) {
    if (failedExpectations.length > 0) fail(fullName, ...failedExpectations.map(({ message }) => message))
  }

  /** @returns the faults, each in words, and the counts */
  function close() {
    const specs = count.passed + count.failed + count.skipped
    for (const name of awaited.keys()) fail(name, 'stands among the exceptions, and there is no such spec: take it out')
    if (specs < leastSpecs) fail('the suite', `${specs} specs, expected ${leastSpecs} or more: some did not declare themselves`)
    return { faults, count }
  }

  return { reporter: { specDone, suiteDone: groupDone, jasmineDone: groupDone }, close }
}
