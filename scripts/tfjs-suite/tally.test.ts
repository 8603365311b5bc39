import { describe, expect, it } from 'vitest'
import { tally } from './tally.mjs'

const EXCEPTION = { spec: 'max ties', fails: /^Arrays differ/, reason: 'shared' }

function count(specs: [name: string, status: string, ...messages: string[]][], leastSpecs = 1) {
  const { reporter, close } = tally({
    exceptions: [EXCEPTION],
    leastSpecs,
    nameOf: (full: string) => full.replace(' engine {}', ''),
  })
  for (const [fullName, status, ...messages] of specs)
    reporter.specDone({ fullName, status, failedExpectations: messages.map((message) => ({ message })) })
  return close()
}

describe('the count of a suite with exceptions', () => {
  it('skips an exception that fails as written', () => {
    const { faults, count: counted } = count([
      ['max engine {} ties', 'failed', 'Arrays differ: 1, 2'],
      ['add engine {} 1D', 'passed'],
      ['add engine {} later', 'pending'],
    ])
    expect(faults).toEqual([])
    expect(counted).toEqual({ passed: 1, failed: 0, skipped: 2 })
  })

  it('fails one that fails in other words', () => {
    expect(count([['max engine {} ties', 'failed', 'TypeError']])).toEqual({
      faults: ['max ties\nTypeError'],
      count: { passed: 0, failed: 1, skipped: 0 },
    })
  })

  it.each(['passed', 'pending', 'excluded'])('fails one that is %s', (status) => {
    expect(count([['max engine {} ties', status]]).faults).toEqual([
      `max ties\nstands among the exceptions and is ${status}: take it out`,
    ])
  })

  it('fails one that is not there', () => {
    expect(count([['add engine {} 1D', 'passed']]).faults).toEqual([
      'max ties\nstands among the exceptions, and there is no such spec: take it out',
    ])
  })

  it('fails when specs are missing', () => {
    const { faults, count: counted } = count([['max engine {} ties', 'failed', 'Arrays differ']], 2)
    expect(faults).toEqual(['the suite\n1 specs, expected 2 or more: some did not declare themselves'])
    expect(counted.failed).toBe(1)
  })

  it('counts what fails around the specs', () => {
    const { reporter, close } = tally({ exceptions: [], leastSpecs: 0, nameOf: String })
    reporter.suiteDone({ fullName: 'add', failedExpectations: [{ message: 'beforeAll' }] })
    reporter.jasmineDone({ failedExpectations: [{ message: 'an unhandled rejection' }] })
    expect(close().faults).toEqual(['add\nbeforeAll', 'outside the specs\nan unhandled rejection'])
  })
})
