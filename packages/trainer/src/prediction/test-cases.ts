import type { NetworkSet } from '../training/create-networks'
import { StepClock } from '../training/step-clock'
import { networkPredictor } from './predict-windows'
import { readAhead } from './read-ahead'
import { scoresOfMethod } from './scores-of-method'
import { runTestCase, type TestedCase } from './test-case'
import type { CaseResult, TestHooks, TestPlan } from './test-plan'

/**
 * Tests on every case that is not known yet, in the list's order; the next one is opened meanwhile.
 *
 * @param known results of the first cases of the list
 * @param keep called with every new case, in order
 * @returns all cases, or undefined if it was aborted
 */
export async function testCases(
  plan: TestPlan,
  networks: NetworkSet,
  known: readonly CaseResult[],
  keep: (tested: TestedCase) => void | Promise<void>,
  hooks: TestHooks,
): Promise<CaseResult[] | undefined> {
  const { method, settings, data } = plan
  const cases = [...known]
  const predict = networkPredictor(networks, method.predictWith, settings.patch, {
    ...(settings.testMirror && { mirror: settings.testMirror }),
  })
  const clock = new StepClock()
  const opened = readAhead(data.testIds.slice(cases.length), (id) => data.openTestCase(id))
  let began = performance.now()
  for await (const testCase of opened) {
    let tested: TestedCase
    try {
      hooks.signal?.throwIfAborted()
      tested = await runTestCase(testCase, predict, settings, {
        ...scoresOfMethod(method, settings.classes),
        ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
      })
    } catch (error) {
      if (hooks.signal?.aborted) return undefined
      throw error
    }
    await keep(tested)
    cases.push(tested.result)
    const seconds = (performance.now() - began) / 1000
    began = performance.now()
    const left = data.testIds.length - cases.length
    hooks.onProgress?.({
      stage: 'test',
      case: tested.result,
      done: cases.length,
      cases: data.testIds.length,
      seconds,
      secondsLeft: clock.left(seconds, left),
    })
  }
  return cases
}
