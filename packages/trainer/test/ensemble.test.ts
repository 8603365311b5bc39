import { beforeAll, expect, it } from 'vitest'
import { type EngineIdentity, loadEnsemble, loadRun, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { TINY, type TinyOptions, temporaryFolder, tinyCase, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

async function trained(options: Partial<TinyOptions>): Promise<string> {
  const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder(), ...options })
  const outcome = await trainRun({ ...plan, data: { ...plan.data, testIds: [] } })
  return outcome.folder
}

const { image } = tinyCase('G')
const how = { asStored: true, probs: true, force: true } as const

async function probsOf(folder: string): Promise<Float32Array> {
  const run = await loadRun(folder)
  const { probs } = await run.predict(image, how)
  run.dispose()
  return probs!.data
}

it('several runs give the mean of their probabilities, also those that say the foreground alone, and decide by it', async () => {
  const folders = [await trained({ seed: 1 }), await trained({ seed: 2 }), await trained({ method: 'dtc' })]
  const each = await Promise.all(folders.map(probsOf))
  const ensemble = await loadEnsemble(folders)
  const { probs, label } = await ensemble.predict(image, how)
  for (const [i, value] of probs!.data.entries()) {
    const mean = each.reduce((sum, one) => sum + one[i]!, 0) / 3
    expect(Math.abs(value - mean)).toBeLessThan(1e-5)
    if (Math.abs(value - 0.5) > 1e-4) expect(label.data[i]).toBe(Number(value > 0.5))
  }
  ensemble.dispose()
  const one = await loadEnsemble(folders.slice(0, 1))
  expect((await one.predict(image, how)).probs!.data).toEqual(each[0])
  one.dispose()
})

it('refuses runs that see images otherwise, and one run twice', async () => {
  const first = await trained({})
  const other = await trained({ profile: { stride: [16, 16, 16] } })
  await expect(loadEnsemble([first, other])).rejects.toMatchObject({
    code: 'DUALSEG_DATA',
    message: `${other}: its windows step by [16,16,16], those of ${first} [${TINY.stride}]; a mean is taken of runs that see images alike and tell the same classes apart`,
  })
  await expect(loadEnsemble([first, first])).rejects.toThrow(`${first} is named twice`)
})
