import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ENGINE_NAMES, ENGINES } from './engines'
import { useEngine } from './use-engine'

it('opens plain JavaScript and says what of it belongs to a run', async () => {
  const engine = await useEngine('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect(engine).toMatchObject({ available: true, name: 'cpu', identity: { name: 'cpu', precision: 'float32' } })
})

it('refuses an engine that does not exist', async () => {
  await expect(useEngine('cuda' as 'cpu')).rejects.toThrow("useEngine: 'cuda' is no engine; choose auto or one of")
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
