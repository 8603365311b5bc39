import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, Volume } from '@dualseg/data'
import { CaseStore, channelNamesOf, readImage } from '@dualseg/data/node'
import { beforeAll, expect, it } from 'vitest'
import {
  COMMON_PROTOCOL,
  type EngineIdentity,
  loadRun,
  methodNamed,
  methods,
  type RunPlan,
  resolveSettings,
  storeData,
  trainRun,
} from '../src'
import { openTestEngine } from './test-engine'
import { patchOf, TINY, TINY_FOLD, temporaryFolder, tinyCase } from './tiny-run'

/** The ball is in the second image alone. */
function twoImages(id: string): Case {
  const { image, label } = tinyCase(id)
  return {
    id,
    label,
    image: { ...image, data: image.data.map((value, i) => value - 2 * label.data[i]!) },
    otherChannels: [image],
  }
}

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

async function plan(name: string, profile: Partial<typeof TINY>): Promise<RunPlan> {
  const method = methodNamed(name)
  const cases = [...TINY_FOLD.labelled, ...TINY_FOLD.unlabelled, ...TINY_FOLD.test].map(twoImages)
  const store = new CaseStore({ kind: 'memory', cases }, { threads: 0 })
  await store.load(TINY_FOLD)
  const channelNames = channelNamesOf(store.source)!
  const settings = resolveSettings(method, { ...TINY, ...profile }, COMMON_PROTOCOL, { channelNames })
  return {
    ...{ method, settings, engine, runs: temporaryFolder(), fold: 0, seed: 1, savePredictions: true },
    labelledCases: TINY_FOLD.labelled.length,
    data: storeData(store, TINY_FOLD, { worker: false }),
    dataIdentity: { dataset: 'tiny', listsSha256: 'lists', volumesSha256: 'volumes' },
  }
}

it('networks learn from the second of two images, and predict what was tested', async () => {
  const outcome = await trainRun(await plan('supervised', { filters: 4, dropout: 0, iterations: 40 }))
  if (outcome.status !== 'done') throw new Error(outcome.status)
  expect(outcome.result.dice!.mean).toBeGreaterThan(0.7)
  const run = await loadRun(outcome.folder)
  expect(run.channels).toEqual(['channel 0', 'channel 1'])
  const { image, otherChannels } = twoImages('G')
  const both = [image, ...otherChannels!]
  const { label } = await run.predict(both, { asStored: true })
  expect([...label.data]).toEqual([...(await readImage(join(outcome.folder, 'predictions', 'G.nii.gz'))).data])
  const swapped = await run.predict([...both].reverse(), { asStored: true, force: true })
  expect(swapped.label.data).not.toEqual(label.data)
  const refused = (images: Volume | Volume[]) => run.predict(images, { asStored: true })
  await expect(refused(image)).rejects.toThrow(
    'predict: 1 images of a case; the networks were trained on 2 (channel 0, channel 1), in this order',
  )
  await expect(refused([image, { ...otherChannels![0]!, spacing: [1, 1, 2] }])).rejects.toThrow(
    'predict: channel 1 has spacing [1,1,2], channel 0 [1,1,1]; all channels of a case must be on one grid',
  )
  run.dispose()
})

it('one image is what runs of earlier versions say', () => {
  const method = methodNamed('supervised')
  expect(resolveSettings(method, TINY, COMMON_PROTOCOL, { channelNames: ['T1'] })).toEqual(
    resolveSettings(method, TINY, COMMON_PROTOCOL),
  )
})

it.each([...methods.keys()])('%s trains on two images a case', async (name) => {
  const { data, ...rest } = await plan(name, { patch: patchOf(name), iterations: 2, windowBatch: 8 })
  const outcome = await trainRun({ ...rest, data: { ...data, testIds: [] } })
  const { terms } = JSON.parse(readFileSync(join(outcome.folder, 'log.jsonl'), 'utf8').trim().split('\n').at(-1)!)
  expect(Object.values(terms as Record<string, number>).every(Number.isFinite)).toBe(true)
})
