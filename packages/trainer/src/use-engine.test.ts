import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { useEngine } from './use-engine'

it('opens plain JavaScript and says what of it belongs to a run', async () => {
  const engine = await useEngine('cpu')
  expect(tf.getBackend()).toBe('cpu')
  expect(engine).toMatchObject({ available: true, name: 'cpu', identity: { name: 'cpu', precision: 'float32' } })
})

it('refuses an engine that does not exist', async () => {
  await expect(useEngine('cuda' as 'cpu')).rejects.toThrow("useEngine: 'cuda' is no engine; choose auto, wasm or cpu")
})
