import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type EngineIdentity, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { temporaryFolder, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

// Balls away from the middle in volumes of three different lengths: axes confused anywhere between the file and the score would show.
it.each([1, 2])('learns to find a ball and is scored on the original grid, volumes reduced by %i', async (reduce) => {
  const profile = { reduce, filters: 4, dropout: 0, iterations: 50 }
  const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder(), profile })
  const outcome = await trainRun({ ...plan, checkpointIterations: 100, savePredictions: true })
  if (outcome.status !== 'done') throw new Error(outcome.status)
  expect(outcome.result.dice!.min).toBeGreaterThan(0.8)
  expect(outcome.result.hd95!.max).toBeLessThan(4 * reduce)
  expect(outcome.result).toMatchObject({ cases: 2, emptyPredictions: 0, iterations: 50, dataset: 'tiny', method: 'supervised' })
  expect(outcome.cases.map(({ id }) => id)).toEqual(['G', 'H'])
  expect(existsSync(join(outcome.folder, 'predictions', 'G.nii.gz'))).toBe(true)
})
