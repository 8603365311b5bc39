import { join } from 'node:path'
import { writeNifti } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { NetworkSet } from './create-networks'
import { LineLog } from './line-log'
import { networkPredictor } from './predict-windows'
import { readAhead } from './read-ahead'
import type { CaseResult, RunHooks, RunPlan } from './run-plan'
import { runTestCase } from './test-case'
import { StepClock } from './train'

/**
 * Tests on every case that `cases.jsonl` does not have yet, in the list's order; the next one is opened meanwhile.
 *
 * @returns all cases, or undefined if it was aborted
 */
export async function test(
  plan: RunPlan,
  networks: NetworkSet,
  folder: string,
  hooks: RunHooks,
): Promise<CaseResult[] | undefined> {
  const { method, settings, data } = plan
  const path = join(folder, 'cases.jsonl')
  const { log, lines } = LineLog.open(path)
  try {
    const cases = lines.map((line) => JSON.parse(line) as CaseResult)
    const strayed = cases.findIndex(({ id }, i) => id !== data.testIds[i])
    if (strayed >= 0) {
      throw dualsegError(
        'DUALSEG_DATA',
        `${path}: line ${strayed + 1} is case '${cases[strayed]!.id}', expected '${data.testIds[strayed]}'; move the file away to test anew`,
      )
    }
    const predict = networkPredictor(networks, method.predictWith, settings.patch)
    const channels = method.predictWith[0]!.output === 'logit' ? 1 : settings.classes
    const clock = new StepClock()
    const opened = readAhead(data.testIds.slice(cases.length), (id) => data.openTestCase(id))
    let began = performance.now()
    for await (const testCase of opened) {
      try {
        hooks.signal?.throwIfAborted()
        const tested = await runTestCase(testCase, predict, settings, {
          channels,
          decide: method.decide,
          ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
        })
        if (plan.savePredictions) await writeNifti(join(folder, 'predictions', `${testCase.id}.nii.gz`), tested.prediction)
        cases.push(tested.result)
      } catch (error) {
        if (hooks.signal?.aborted) return undefined
        throw error
      }
      const result = cases.at(-1)!
      log.append(JSON.stringify(result))
      const seconds = (performance.now() - began) / 1000
      began = performance.now()
      const left = data.testIds.length - cases.length
      hooks.onProgress?.({
        stage: 'test',
        case: result,
        done: cases.length,
        cases: data.testIds.length,
        seconds,
        secondsLeft: clock.left(seconds, left),
      })
    }
    log.sync()
    return cases
  } finally {
    log.close()
  }
}
