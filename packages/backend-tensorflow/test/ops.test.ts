import '@dualseg/kernels'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { BACKEND_NAME, tensorflowEngine } from '../src'
import { whereTensorflow } from './where-tensorflow'

/** Values between -1 and 1, the same on every backend. */
function tensor(shape: number[], seed: number): tf.Tensor {
  let state = seed
  const values = Float32Array.from({ length: shape.reduce((all, n) => all * n, 1) }, () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
  return tf.tensor(values, shape)
}

const x5 = () => tensor([2, 6, 5, 7, 3], 1) as tf.Tensor5D

/** The same computation on the cpu backend. */
function expectAsOnCpu(compute: () => tf.Tensor | tf.Tensor[], tolerance = 2e-6): void {
  const on = (backend: string) => {
    tf.setBackend(backend)
    const results = tf.tidy(() => [compute()].flat())
    const values = results.map((result) => ({ shape: result.shape, dtype: result.dtype, values: Array.from(result.dataSync()) }))
    tf.dispose(results)
    return values
  }
  const expected = on('cpu')
  const found = on(BACKEND_NAME)
  for (const [i, { shape, dtype, values }] of expected.entries()) {
    expect(found[i]).toMatchObject({ shape, dtype })
    const scale = Math.max(1, ...values.map(Math.abs))
    const worst = Math.max(...values.map((value, at) => Math.abs(value - found[i]!.values[at]!) / scale))
    expect(worst).toBeLessThanOrEqual(tolerance)
  }
}

whereTensorflow('what tfjs-node lacks, on TensorFlow', () => {
  beforeAll(async () => {
    await tensorflowEngine.open({ threads: 2 })
  })

  it('more outputs than most ops have', () => {
    const sizes = Array.from({ length: 130 }, (_, i) => 1 + (i % 3))
    expectAsOnCpu(() => tf.split(tensor([sizes.reduce((sum, n) => sum + n)], 3), sizes), 0)
  })

  it('batch norm of five axes', () => {
    const vector = (seed: number) => tensor([3], seed) as tf.Tensor1D
    const variance = () => tf.add(tf.abs(vector(4)), 0.5) as tf.Tensor1D
    const norm = tf.batchNorm as unknown as (
      x: tf.Tensor,
      mean: tf.Tensor,
      variance: tf.Tensor,
      offset?: tf.Tensor,
      scale?: tf.Tensor,
      epsilon?: number,
    ) => tf.Tensor
    expectAsOnCpu(() => norm(x5(), vector(2), variance(), vector(5), vector(6), 1e-3))
    expectAsOnCpu(() => norm(x5(), vector(2), variance()))
  })

  it('dilated convolutions', () => {
    for (const pad of ['same', 'valid'] as const) {
      expectAsOnCpu(() => tf.conv3d(x5(), tensor([3, 3, 2, 3, 4], 2) as tf.Tensor5D, 1, pad, 'NDHWC', [2, 1, 2]))
    }
  })

  it('gradients of dilated convolutions: both are adjoint to the convolution', () => {
    tf.setBackend(BACKEND_NAME)
    tf.tidy(() => {
      const convolve = (x: tf.Tensor5D, filter: tf.Tensor5D) => tf.conv3d(x, filter, 1, 'same', 'NDHWC', 2)
      const [x, filter] = [x5(), tensor([3, 3, 3, 3, 4], 2) as tf.Tensor5D]
      const dy = tensor([2, 6, 5, 7, 4], 3)
      const [dx, dfilter] = tf.grads(convolve as (...inputs: tf.Tensor[]) => tf.Tensor)([x, filter], dy)
      const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0]!
      const [otherX, otherFilter] = [tensor(x.shape, 8) as tf.Tensor5D, tensor(filter.shape, 9) as tf.Tensor5D]
      expect(dot(dx!, otherX)).toBeCloseTo(dot(dy, convolve(otherX, filter)), 3)
      expect(dot(dfilter!, otherFilter)).toBeCloseTo(dot(dy, convolve(x, otherFilter)), 3)
    })
  })

  it('gradients of transposed convolutions', () => {
    tf.setBackend(BACKEND_NAME)
    tf.tidy(() => {
      const spread = (x: tf.Tensor5D, filter: tf.Tensor5D) => tf.conv3dTranspose(x, filter, [2, 6, 8, 4, 4], 2, 'same')
      const [x, filter] = [tensor([2, 3, 4, 2, 5], 1) as tf.Tensor5D, tensor([2, 2, 2, 4, 5], 2) as tf.Tensor5D]
      const dy = tensor([2, 6, 8, 4, 4], 3)
      const [dx, dfilter] = tf.grads(spread as (...inputs: tf.Tensor[]) => tf.Tensor)([x, filter], dy)
      const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0]!
      const [otherX, otherFilter] = [tensor(x.shape, 8) as tf.Tensor5D, tensor(filter.shape, 9) as tf.Tensor5D]
      expect(dot(dx!, otherX)).toBeCloseTo(dot(dy, spread(otherX, filter)), 3)
      expect(dot(dfilter!, otherFilter)).toBeCloseTo(dot(dy, spread(x, otherFilter)), 3)
    })
  })

  it('rounding of whole numbers, and of others', () => {
    expectAsOnCpu(() => tf.round(tf.tensor1d([-3, 0, 7], 'int32')))
    expectAsOnCpu(() => tf.round(tf.tensor1d([-3.4, 0.5, 7.6])))
  })

  it('text, truth, complex numbers and empty tensors go in and out', () => {
    tf.setBackend(BACKEND_NAME)
    tf.tidy(() => {
      expect(tf.tensor1d(['an atrium', '', 'ä']).dataSync()).toEqual(['an atrium', '', 'ä'])
      expect(Array.from(tf.logicalNot(tf.tensor1d([true, false], 'bool')).dataSync())).toEqual([0, 1])
      expect(Array.from(tf.imag(tf.complex([1, 2], [3, 4])).dataSync())).toEqual([3, 4])
      expect(tf.concat([tf.zeros([0, 3]), tf.ones([1, 3])]).shape).toEqual([1, 3])
    })
  })

  it('says which op of TensorFlow failed, and goes on', () => {
    tf.setBackend(BACKEND_NAME)
    const { numTensors } = tf.memory()
    expect(() =>
      tf.tidy(() => tf.reshape(tf.engine().runKernel('Reshape', { x: tf.ones([4]) }, { shape: [3] }) as tf.Tensor, [3])),
    ).toThrow(/reshape/i)
    expect(tf.memory().numTensors).toBe(numTensors)
    expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3)
  })
})
