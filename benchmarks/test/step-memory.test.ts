import { BACKEND_NAME, wasmEngine } from '@dualseg/backend-wasm'
import { methodNamed } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { predictStepBytes, stepBytes } from '../src/grid/step-memory'

beforeAll(async () => {
  await wasmEngine.open({ threads: 2 })
})
afterAll(() => tf.removeBackend(BACKEND_NAME))

const plan = (name: string, method = methodNamed(name)) => ({
  method,
  seed: 1,
  settings: {
    patch: [80, 64, 64] as [number, number, number],
    batch: method.usesUnlabelled ? { labelled: 2, unlabelled: 2 } : { labelled: 4, unlabelled: 0 },
    filters: 4,
    classes: 2,
    dropout: 0.5,
    initialise: 'kaiming' as const,
    iterations: 10,
    rampEvery: 1,
  },
})

describe('the memory of a training step', () => {
  it.each(['supervised', 'mc-net', 'dualnet'])('of %s is told to a tenth from small patches', async (method) => {
    const predicted = (await predictStepBytes(plan(method)))!
    const real = await stepBytes(plan(method), plan(method).settings.patch)
    expect(predicted / real).toBeGreaterThan(0.9)
    expect(predicted / real).toBeLessThan(1.1)
  })

  it('is measured where the patch is small', async () => {
    const { settings, ...rest } = plan('mt')
    const small = { ...rest, settings: { ...settings, patch: [32, 32, 16] as [number, number, number] } }
    expect(await predictStepBytes(small)).toBe(await stepBytes(small, small.settings.patch))
  })

  it('leaves nothing behind', async () => {
    const before = tf.memory().numTensors
    await predictStepBytes(plan('mcf'))
    expect(tf.memory().numTensors).toBe(before)
  })
})
