import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EngineIdentity, type Profile, type Protocol, type RunOutcome, type RunPlan, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { runBytes, temporaryFolder, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

/** Aborts as soon as `when` says so, then goes on until it is done. */
async function interruptedRun(plan: RunPlan, when: (stage: 'train' | 'test', done: number) => boolean): Promise<RunOutcome[]> {
  const controller = new AbortController()
  const first = await trainRun(plan, {
    signal: controller.signal,
    onProgress: (progress) => {
      if (when(progress.stage, progress.stage === 'train' ? progress.iteration : progress.done)) controller.abort()
    },
  })
  return [first, await trainRun(plan)]
}

/** ICT's teacher and the networks of BCP and SDCL pass one sample at a time, of which batch norm needs more than a patch of 16 leaves. */
const LARGER_PATCH = { patch: [32, 16, 16] as const }

const STRONG: Partial<Protocol> = { augment: { kind: 'strong', mirrorAxes: [0, 1, 2] }, testMirror: [0, 2] }

type Point = readonly ['train' | 'test', number]
const EVERYWHERE: readonly Point[] = [
  ['train', 1],
  ['train', 3],
  ['train', 6],
  ['test', 1],
]
/** Where a method is in the middle of what it keeps. The way to disk and back is the same for all of them, and tried everywhere by the first ones. */
const MIDWAY: readonly Point[] = [['train', 3]]
const STAGES: readonly Point[] = [['train', 1], ...MIDWAY]

describe.each<[string, Partial<Profile>, Partial<Protocol>?, (readonly Point[])?]>([
  ['dualnet', {}, {}, EVERYWHERE],
  ['mt', { patch: [16, 16, 16] }, STRONG, EVERYWHERE],
  ['mt', {}],
  ['sassnet', {}],
  ['ict', LARGER_PATCH],
  // Of six iterations the first is pre-training: the first interruption is on the border of the stages.
  ['bcp', LARGER_PATCH, {}, STAGES],
  ['sdcl', LARGER_PATCH, {}, STAGES],
  ['ad-mt', {}],
  ['ss-net', {}],
  ['cross-match', {}],
  ['cps', {}],
  ['urpc', {}],
  ['dan', {}],
])('%s %o %o', (method, profile, protocol = {}, points = MIDWAY) => {
  it('ends with the same bits when it was interrupted and resumed', async () => {
    const whole = await trainRun(await tinyPlan({ method, engine, profile, protocol, runs: temporaryFolder() }))
    const expected = runBytes(whole.folder)
    expect(Object.keys(expected)).toContain('result.json')
    expect(expected['log.jsonl']!.trim().split('\n')).toHaveLength(6)

    for (const [stage, done] of points) {
      const plan = await tinyPlan({ method, engine, profile, protocol, runs: temporaryFolder() })
      const [first, second] = await interruptedRun(plan, (at, count) => at === stage && count === done)
      expect(first).toMatchObject({ status: 'interrupted' })
      expect(second).toMatchObject({ status: 'done', ran: true })
      expect(runBytes(second!.folder)).toEqual(expected)
    }
    // Up to five runs; of SDCL each has two networks.
  }, 240_000)
})

it('cuts off what a killed process logged after its last checkpoint', async () => {
  const whole = await trainRun(await tinyPlan({ engine, runs: temporaryFolder() }))
  const plan = await tinyPlan({ engine, runs: temporaryFolder() })
  let broken = false
  const failing: RunPlan = {
    ...plan,
    data: {
      ...plan.data,
      async openBatches(request) {
        const batches = await plan.data.openBatches(request)
        return {
          close: () => batches.close(),
          next: async (iteration) => {
            if (iteration === 5 && !broken) {
              broken = true
              throw new Error('the disk is gone')
            }
            return batches.next(iteration)
          },
        }
      },
    },
  }
  await expect(trainRun(failing)).rejects.toThrow('the disk is gone')
  const resumedAt: number[] = []
  const outcome = await trainRun(failing, { onOpen: (_, at) => resumedAt.push(at) })
  // The last checkpoint is that of iteration 4; five lines had been written.
  expect(resumedAt).toEqual([4])
  expect(runBytes(outcome.folder)).toEqual(runBytes(whole.folder))
})

it('writes what the log promises: raw terms, weights, rate and seconds of every iteration', async () => {
  const { folder } = await trainRun(await tinyPlan({ engine, runs: temporaryFolder() }))
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n')
  lines.forEach((line, i) => {
    const entry = JSON.parse(line)
    expect(Object.keys(entry)).toEqual(['iteration', 'rate', 'terms', 'weights', 'noted', 'seconds', 'check'])
    expect(entry.iteration).toBe(i)
    expect(Object.keys(entry.weights)).toEqual(Object.keys(entry.terms))
  })
})
