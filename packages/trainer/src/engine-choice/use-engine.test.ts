import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it, vi } from 'vitest'
import { ENGINE_NAMES, ENGINES } from '../engines'
import { decideEngine } from './decide-engine'
import { measureEngine } from './measure-engine'
import { useEngine } from './use-engine'

afterEach(() => vi.unstubAllEnvs())

it('opens plain JavaScript and says what of it belongs to a run', async () => {
  const engine = await useEngine('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect(engine).toMatchObject({ available: true, name: 'cpu', identity: { name: 'cpu', precision: 'float32' } })
})

it('refuses an engine that does not exist', async () => {
  await expect(useEngine('cuda' as 'cpu')).rejects.toThrow("'cuda' is no engine; choose auto or one of")
})

it('knows for every engine whether it is there, and how to open it as a run had it', async () => {
  for (const name of ENGINE_NAMES) {
    const found = await ENGINES[name].probe()
    expect(found.name).toBe(name)
    if (!found.available) expect(found.missing?.howToGet).toMatch(/install/)
  }
  const strict = { name: 'wasm', device: 'cpu', precision: 'float32', revision: 1 }
  expect(ENGINES.wasm.optionsOf({ ...strict, numerics: 'strict' })).toEqual({ numerics: 'strict', relaxedSimd: false })
  expect(ENGINES.wasm.optionsOf({ ...strict, numerics: 'fast, fused' })).toEqual({ numerics: 'fast', relaxedSimd: true })
})

it('decides for the only engine that is there without measuring, and says what is missing', async () => {
  vi.stubEnv('DUALSEG_ENGINE', '')
  vi.stubEnv('DUALSEG_PYTHON', 'no-such-python')
  const { name, reasons } = await decideEngine()
  expect(name).toBe('wasm')
  expect(reasons[0]).toBe('wasm: the only one here')
  expect(reasons).toContainEqual(expect.stringMatching(/^not torch: .*no-such-python.*pip install torch/))
  expect(reasons).toContainEqual(expect.stringMatching(/^not tensorflow: .*pip install tensorflow-cpu/))
})

it('obeys DUALSEG_ENGINE, and opens with the options of the engine it took', async () => {
  vi.stubEnv('DUALSEG_ENGINE', 'wasm')
  const engine = await useEngine('auto', { threads: 1, numerics: 'strict', cpu: {} })
  expect(engine).toMatchObject({ threads: 1, identity: { name: 'wasm', numerics: 'strict' } })
  expect(engine.notes).toContain('wasm: DUALSEG_ENGINE names it')
})

it('measures an engine in a process of its own, and survives one that fails there', async () => {
  const backend = tf.getBackend()
  expect(await measureEngine('wasm', { threads: 1 })).toMatchObject({
    engine: { name: 'wasm', threads: 1 },
    seconds: expect.any(Number),
  })
  expect(tf.getBackend()).toBe(backend)
  expect(await measureEngine('wasm', { threads: 0 })).toEqual({
    failed: 'wasm engine: threads is 0, expected a whole number from 1',
  })
}, 120_000)
