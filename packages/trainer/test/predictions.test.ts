import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EngineIdentity, type RunPlan, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { temporaryFolder, tinyCase, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

const planOf = (method: string, profile = {}): Promise<RunPlan> => tinyPlan({ method, engine, runs: temporaryFolder(), profile })

function masksIn(folder: string): Record<string, string> {
  const masks = join(folder, 'predictions')
  if (!existsSync(masks)) return {}
  return Object.fromEntries(readdirSync(masks).map((name) => [name, readFileSync(join(masks, name)).toString('base64')]))
}

describe('masks asked of a run that is done', () => {
  it.each([
    ['supervised', {}],
    ['mt', {}],
    ['dualnet', {}],
    ['supervised', { reduce: 2, name: 'reduced' }],
  ])('come from its weights, byte for byte as it would have written them: %s %j', async (method, profile) => {
    const withMasks = await trainRun({ ...(await planOf(method, profile)), savePredictions: true })
    const masks = masksIn(withMasks.folder)
    expect(Object.keys(masks)).toEqual(['G.nii.gz', 'H.nii.gz'])

    const plan = await planOf(method, profile)
    const without = await trainRun(plan)
    expect(masksIn(without.folder)).toEqual({})
    const before = tf.memory().numTensors
    const cases: string[] = []
    const added = await trainRun(
      { ...plan, savePredictions: true },
      { onProgress: (progress) => void (progress.stage === 'test' && cases.push(progress.case.id)) },
    )
    expect(added).toEqual({ ...without, ran: false, addedPredictions: 2 })
    expect(cases).toEqual(['G', 'H'])
    expect(masksIn(added.folder)).toEqual(masks)
    expect(tf.memory().numTensors).toBe(before)
    expect(existsSync(join(added.folder, 'lock'))).toBe(false)

    // What is there is not made again.
    rmSync(join(added.folder, 'predictions', 'H.nii.gz'))
    expect(await trainRun({ ...plan, savePredictions: true })).toMatchObject({ ran: false, addedPredictions: 1 })
    expect(masksIn(added.folder)).toEqual(masks)
    expect(await trainRun({ ...plan, savePredictions: true })).toEqual({ ...without, ran: false })
  })

  it('are all there if its test began without them', async () => {
    const plan = await planOf('supervised')
    const masks = masksIn((await trainRun({ ...plan, runs: temporaryFolder(), savePredictions: true })).folder)
    const abort = new AbortController()
    const stopped = await trainRun(plan, {
      signal: abort.signal,
      onProgress: ({ stage }) => void (stage === 'test' && abort.abort()),
    })
    expect(stopped).toMatchObject({ status: 'interrupted', stage: 'test' })
    const done = await trainRun({ ...plan, savePredictions: true })
    expect(done).toMatchObject({ status: 'done', ran: true, addedPredictions: 1 })
    expect(masksIn(done.folder)).toEqual(masks)
  })

  it('go on after an interruption with those that lack', async () => {
    const plan = { ...(await planOf('supervised')), savePredictions: true }
    const { folder } = await trainRun(plan)
    const masks = masksIn(folder)
    rmSync(join(folder, 'predictions'), { recursive: true })
    const abort = new AbortController()
    expect(await trainRun(plan, { signal: abort.signal, onProgress: () => abort.abort() })).toMatchObject({
      status: 'interrupted',
      stage: 'test',
    })
    expect(Object.keys(masksIn(folder))).toEqual(['G.nii.gz'])
    expect(await trainRun(plan)).toMatchObject({ status: 'done', addedPredictions: 1 })
    expect(masksIn(folder)).toEqual(masks)
  })

  it('are refused where they would not be the ones that were scored', async () => {
    const plan = await planOf('supervised')
    const { folder } = await trainRun(plan)
    const others = { ...plan.data, openTestCase: async (id: string) => ({ ...tinyCase(id === 'G' ? 'H' : 'G'), id }) }
    await expect(trainRun({ ...plan, data: others, savePredictions: true })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/case G has Dice [\d.e-]+ with the weights that are stored, cases\.jsonl says [\d.e-]+; /),
    })
    expect(masksIn(folder)).toEqual({})
  })

  it('cannot be made without weights: it says which folder is missing', async () => {
    const plan = await planOf('supervised')
    const { folder } = await trainRun(plan)
    rmSync(join(folder, 'checkpoint'), { recursive: true })
    await expect(trainRun({ ...plan, savePredictions: true })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/is finished, but its weights are not there \(.*checkpoint\); put them back, or move/),
    })
  })
})
