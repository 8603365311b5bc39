import { conv3d } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { BACKEND_NAME, type WasmBackend, wasmEngine } from '../src/index'
import { hasFusedMultiplyAdd } from '../src/relaxed-simd'

afterAll(() => tf.removeBackend(BACKEND_NAME))

const X = [2, 16, 16, 12, 32]
const FILTER = [3, 3, 3, 32, 32]

function normal(shape: number[], purpose: string): tf.Tensor5D {
  const values = new Float32Array(tf.util.sizeFromShape(shape))
  random(11, purpose, 0, 0).fillNormal(values, 0, 1)
  return tf.tensor(values, shape as [number, number, number, number, number])
}

/** A convolution that large tiles suit, and both its gradients. */
function passes(): Record<'y' | 'dx' | 'dfilter', Float32Array> {
  return tf.tidy(() => {
    const [x, filter, dy] = [normal(X, 'x'), normal(FILTER, 'filter'), normal(X, 'dy')]
    const { gradFunc } = tf.getGradient('DualSegConv3d')
    const gradients = gradFunc(dy, [x, filter], { stride: 1, padding: 1 } as unknown as tf.NamedAttrMap)
    const values = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array
    return {
      y: values(conv3d(x, filter, null, { padding: 1 })),
      dx: values(gradients.x!()),
      dfilter: values(gradients.filter!()),
    }
  })
}

/** Largest difference, over the root mean square of the second. */
function difference(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
  return largest / Math.sqrt(b.reduce((sum, value) => sum + value * value, 0) / b.length)
}

describe('numerics', () => {
  it('are fast unless asked otherwise, and the report says which', async () => {
    expect((await wasmEngine.open({ threads: 1, relaxedSimd: false })).numerics).toBe('fast')
    expect((await wasmEngine.open({ threads: 1, relaxedSimd: false, numerics: 'strict' })).numerics).toBe('strict')
  })

  it('differ between strict and fast in gradients only, and by little', async () => {
    await wasmEngine.open({ threads: 1, numerics: 'strict' })
    const strict = passes()
    await wasmEngine.open({ threads: 1, numerics: 'fast' })
    const fast = passes()
    expect(fast.y).toEqual(strict.y)
    for (const name of ['dx', 'dfilter'] as const) {
      expect(difference(fast[name], strict[name])).toBeGreaterThan(0)
      expect(difference(fast[name], strict[name])).toBeLessThan(4e-5)
    }
  })

  it('fast give the same bits for every number of threads', async () => {
    await wasmEngine.open({ threads: 1, numerics: 'fast' })
    const one = passes()
    await wasmEngine.open({ threads: 3, numerics: 'fast' })
    expect(passes()).toEqual(one)
  })

  it('must be known', async () => {
    await expect(wasmEngine.open({ numerics: 'quick' as 'fast' })).rejects.toThrow(
      "wasm engine: numerics is 'quick'; choose strict or fast",
    )
  })
})

describe('relaxed SIMD', () => {
  it('is used where it is asked for and the processor fuses, and is said in the report', async () => {
    expect((await wasmEngine.open({ threads: 1 })).numerics).toBe('fast')
    const report = await wasmEngine.open({ threads: 1, relaxedSimd: true })
    expect(report.numerics).toBe(hasFusedMultiplyAdd() ? 'fast, fused' : 'fast')
    expect(report.notes.some((note) => note.startsWith('relaxed SIMD'))).toBe(hasFusedMultiplyAdd())
    expect((tf.backend() as WasmBackend).runtime.isRelaxed).toBe(hasFusedMultiplyAdd())
  })

  it.runIf(hasFusedMultiplyAdd())('changes last bits only', async () => {
    await wasmEngine.open({ threads: 1, numerics: 'strict', relaxedSimd: true })
    const relaxed = passes()
    await wasmEngine.open({ threads: 1, numerics: 'strict', relaxedSimd: false })
    const plain = passes()
    for (const name of ['y', 'dx', 'dfilter'] as const) {
      expect(difference(relaxed[name], plain[name])).toBeGreaterThan(0)
      expect(difference(relaxed[name], plain[name])).toBeLessThan(1e-5)
    }
  })
})
