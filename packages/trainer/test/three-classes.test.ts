import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from '@dualseg/data'
import { CaseStore, readImage } from '@dualseg/data/node'
import { evaluateMask } from '@dualseg/metrics'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  COMMON_PROTOCOL,
  type EngineIdentity,
  loadRun,
  methodNamed,
  methods,
  type RunPlan,
  readFinished,
  resolveSettings,
  storeData,
  trainRun,
} from '../src'
import { openTestEngine } from './test-engine'
import { patchOf, TINY, TINY_FOLD, temporaryFolder, tinyCase } from './tiny-run'

/** Values as a label file may have them: not in their order, one of them beyond a byte. */
const CLASSES = [
  { name: 'lower', values: [300, 7] },
  { name: 'upper', values: [2] },
]

/** A ball whose upper half is the second class; test case H has nothing of it. */
function halves(id: string, scale: number): Case {
  const { image, label } = tinyCase(id, { scale })
  const [nx, ny] = label.size
  const spacing: [number, number, number] = [0.5, 1, 2]
  const middle = (12 + 0.5) * scale
  const data = label.data.map((value, i) => (value === 1 && id !== 'H' && Math.floor(i / (nx * ny)) > middle ? 2 : value))
  // Brighter, so that it can be learnt.
  const bright = image.data.map((value, i) => value + (data[i] === 2 ? 2 : 0))
  return { id, image: { ...image, spacing, data: bright }, label: { ...label, spacing, data } }
}

interface Asked {
  readonly method?: string
  readonly profile?: Partial<typeof TINY>
}

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

async function plan({ method: name = 'supervised', profile = {} }: Asked, runs: string): Promise<RunPlan> {
  const method = methodNamed(name)
  const labels = { classNames: CLASSES.map((one) => one.name), distanceUnit: 'mm' } as const
  const settings = resolveSettings(method, { ...TINY, ...profile }, COMMON_PROTOCOL, labels)
  const all = [...TINY_FOLD.labelled, ...TINY_FOLD.unlabelled, ...TINY_FOLD.test]
  const store = new CaseStore(
    { kind: 'memory', cases: all.map((id) => halves(id, settings.reduce)) },
    { threads: 0, factor: settings.reduce },
  )
  await store.load(TINY_FOLD)
  return {
    ...{ method, settings, engine, runs, classes: CLASSES, fold: 0, seed: 1, savePredictions: true },
    labelledCases: TINY_FOLD.labelled.length,
    data: storeData(store, TINY_FOLD, { worker: false }),
    dataIdentity: { dataset: 'tiny', listsSha256: 'lists', volumesSha256: 'volumes' },
  }
}

const LEARNING = { filters: 4, dropout: 0, iterations: 60 }

describe.each([1, 2])('a run of three classes, volumes reduced by %i', (reduce) => {
  it('learns both, scores each in mm, and writes the values of the label files', async () => {
    const outcome = await trainRun(await plan({ profile: { ...LEARNING, reduce } }, temporaryFolder()))
    if (outcome.status !== 'done') throw new Error(outcome.status)
    const { result, cases, folder } = outcome
    expect(result).toMatchObject({ distanceUnit: 'mm', classes: [{ name: 'lower' }, { name: 'upper', emptyReferences: 1 }] })
    expect(result.classes![0]!.dice!.mean).toBeGreaterThan(0.6)
    expect(cases[0]!.classes![1]!.dice).toBeGreaterThan(0.6)
    expect(readFinished(folder)!.result).toEqual(JSON.parse(JSON.stringify(result)))

    for (const { id, classes, ...means } of cases) {
      const mask = await readImage(join(folder, 'predictions', `${id}.nii.gz`))
      expect([...new Set(mask.data)].filter((value) => ![0, 300, 2].includes(value))).toEqual([])
      const { label } = halves(id, reduce)
      const { size, spacing } = label
      const scores = await Promise.all(
        CLASSES.map(({ values: [value] }, index) =>
          evaluateMask(
            { data: Uint8Array.from(mask.data, (one) => Number(one === value)), size },
            { data: Uint8Array.from(label.data, (one) => Number(one === index + 1)), size },
            { empty: 'diagonal', spacing },
          ),
        ),
      )
      for (const measure of ['dice', 'jaccard', 'hd95', 'asd'] as const) {
        expect(classes!.map((one) => one[measure])).toEqual(scores.map((one) => one[measure]))
        expect(means[measure]).toBeCloseTo((scores[0]![measure] + scores[1]![measure]) / 2, 12)
      }
      expect(classes!.map(({ emptyReference = false }) => emptyReference)).toEqual(scores.map((one) => one.emptyReference))
    }
  })
})

it('a run of three classes predicts what it tested, with a probability a class', async () => {
  const { folder } = (await trainRun(await plan({ profile: LEARNING }, temporaryFolder()))) as { folder: string }
  const run = await loadRun(folder)
  expect(run.classes).toEqual(CLASSES)
  const { image } = halves('G', 1)
  const { label, probs, classProbs } = await run.predict(image, { asStored: true, probs: true })
  expect(probs).toBeUndefined()
  const kept = await readImage(join(folder, 'predictions', 'G.nii.gz'))
  expect([...label.data].map((one) => [0, 300, 2][one])).toEqual([...kept.data])
  expect(new Set(label.data).size).toBe(3)
  const [lower, upper] = classProbs!
  label.data.forEach((one, i) => {
    const scores = [1 - lower!.data[i]! - upper!.data[i]!, lower!.data[i]!, upper!.data[i]!]
    expect(Math.max(...scores) - scores[one]!).toBeLessThan(1e-6)
  })
  // Brought to another grid, scores are decided there.
  const finer = { ...image, spacing: [0.25, 1, 2] as [number, number, number] }
  expect((await run.predict(finer, { asStored: true, largestComponent: true })).label.size).toEqual(image.size)
  run.dispose()
})

it('one class of another value is written with it, and has the bits of any', async () => {
  const one = await plan({}, temporaryFolder())
  const settings = resolveSettings(one.method, TINY, COMMON_PROTOCOL)
  expect(settings).not.toHaveProperty('classNames')
  expect(settings.classes).toBe(2)
})

it.each([...methods.keys()])('%s trains, tests and keeps a run of three classes', async (method) => {
  const before = tf.memory().numTensors
  const outcome = await trainRun(
    await plan({ method, profile: { patch: patchOf(method), filters: 4, iterations: 2, windowBatch: 8 } }, temporaryFolder()),
  )
  if (outcome.status !== 'done') throw new Error(outcome.status)
  const { terms } = JSON.parse(readFileSync(join(outcome.folder, 'log.jsonl'), 'utf8').trim().split('\n').at(-1)!)
  expect(Object.values(terms as Record<string, number>).every(Number.isFinite)).toBe(true)
  expect(outcome.cases.map(({ classes }) => classes?.length)).toEqual([2, 2])
  expect(tf.memory().numTensors).toBe(before)
})
