import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectFloat, expectRank } from './validate'

interface Attrs {
  alignCorners: boolean
}

/**
 * Weights of linear interpolation from n to 2n positions as a matrix [2n, n].
 *
 * With aligned corners the first and last positions coincide; otherwise voxels are cells, their centres are half a voxel in, and what
 * lies outside the outermost centres takes their value.
 */
function interpolationMatrix(n: number, alignCorners: boolean): tf.Tensor2D {
  const weights = new Float32Array(2 * n * n)
  for (let i = 0; i < 2 * n; i++) {
    const position = alignCorners ? (i * (n - 1)) / (2 * n - 1) : Math.max(0, (i + 0.5) / 2 - 0.5)
    const low = Math.min(Math.floor(position), n - 1)
    const high = Math.min(low + 1, n - 1)
    const fraction = position - low
    weights[i * n + low]! += 1 - fraction
    weights[i * n + high]! += fraction
  }
  return tf.tensor2d(weights, [2 * n, n])
}

/** Multiplies each spatial axis by its interpolation matrix, or by its transpose. */
function interpolate(x: tf.Tensor5D, alignCorners: boolean, transposed: boolean): tf.Tensor5D {
  const shape = x.shape.slice()
  let mapped: tf.Tensor = x
  for (let axis = 1; axis <= 3; axis++) {
    const size = shape[axis]!
    const outer = shape.slice(0, axis).reduce((all, s) => all * s, 1)
    const matrix = interpolationMatrix(transposed ? size / 2 : size, alignCorners)
    const lines = tf.reshape(mapped, [outer, size, -1])
    mapped = tf.matMul(tf.expandDims(matrix, 0), lines, transposed, false)
    shape[axis] = transposed ? size / 2 : 2 * size
  }
  return tf.reshape(mapped, shape as [number, number, number, number, number])
}

export const upsampleTrilinearGrad = defineKernel<{ dy: tf.Tensor5D }, Attrs, tf.Tensor5D>({
  name: 'DualSegUpsampleTrilinearGrad',
  composite: ({ dy }, { alignCorners }) => interpolate(dy, alignCorners, true),
})

const runUpsampleTrilinear = defineKernel<{ x: tf.Tensor5D }, Attrs, tf.Tensor5D>({
  name: 'DualSegUpsampleTrilinear',
  composite: ({ x }, { alignCorners }) => interpolate(x, alignCorners, false),
  gradient: {
    gradFunc: (dy, _saved, attrs) => ({
      x: () => upsampleTrilinearGrad({ dy }, attrs),
    }),
  },
})

/**
 * Doubles each spatial axis by trilinear interpolation.
 *
 * @param x [batch, x, y, z, channels]
 * @param options.alignCorners as in PyTorch's `interpolate`
 * @returns [batch, 2x, 2y, 2z, channels]
 * @throws DUALSEG_SHAPE if x is not of rank 5
 */
export function upsampleTrilinear3d(x: tf.Tensor5D, options: { readonly alignCorners: boolean }): tf.Tensor5D {
  expectRank('upsampleTrilinear3d', 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat('upsampleTrilinear3d', 'x', x)
  return runUpsampleTrilinear({ x }, { alignCorners: options.alignCorners })
}
