import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { type Grid, rootMeanSquare } from './grid'

/** Runs in a tidy, reads the results and checks that no tensor and no buffer is left. */
export async function measure(run: () => tf.Tensor[]): Promise<Float32Array[]> {
  const { numTensors, numDataBuffers } = tf.memory()
  const tensors = tf.tidy(run)
  // Copied: a backend may hand out a view of memory that it uses again.
  const values = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())))
  tf.dispose(tensors)
  expect(tf.memory().numTensors, 'tensors left behind').toBe(numTensors)
  expect(tf.memory().numDataBuffers, 'buffers left behind').toBe(numDataBuffers)
  return values
}

/** Value of f and its gradients for all inputs, weighted by dy. */
export function withGradients(f: (...inputs: never[]) => tf.Tensor, inputs: tf.Tensor[], dy?: tf.Tensor): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads(f as unknown as (...inputs: tf.Tensor[]) => tf.Tensor)(inputs, dy)
  return [value, ...grads]
}

/**
 * Compares with the reference: the largest error against the root mean square of what is expected, or against `least` where that is more: the size of
 * the terms, which may have cancelled.
 */
export function expectNear(what: string, actual: Float32Array | undefined, expected: Grid, tolerance: number, least = 0): void {
  expect(actual?.length, `${what}: how many numbers`).toBe(expected.data.length)
  const scale = Math.max(rootMeanSquare(expected), least) || 1
  let worst = 0
  let at = 0
  for (const [i, value] of expected.data.entries()) {
    const error = Math.abs(actual![i]! - value) / scale
    // Written so that NaN counts as the worst.
    if (!(error <= worst)) {
      worst = error
      at = i
      if (Number.isNaN(error)) break
    }
  }
  const found = `${what}: at ${at} ${actual![at]} instead of ${expected.data[at]} (measured against ${scale})`
  expect(worst, found).toBeLessThanOrEqual(tolerance)
}
