import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectFlag, expectFloat, expectOptions, expectRank, expectWhole } from './validate'

interface Attrs {
  alignCorners: boolean
  factor: number
}

/**
 * Weights of linear interpolation from n to `factor` n positions as a matrix [factor n, n].
 *
 * With aligned corners the first and last positions coincide; otherwise voxels are cells, their centres are half a voxel in, and what
 * lies outside the outermost centres takes their value.
 */
function interpolationMatrix(n: number, { alignCorners, factor }: Attrs): tf.Tensor2D {
  const weights = new Float32Array(factor * n * n)
  for (let i = 0; i < factor * n; i++) {
    const position = alignCorners ? (i * (n - 1)) / (factor * n - 1) : Math.max(0, (i + 0.5) / factor - 0.5)
    const low = Math.min(Math.floor(position), n - 1)
    const high = Math.min(low + 1, n - 1)
    const fraction = position - low
    weights[i * n + low]! += 1 - fraction
    weights[i * n + high]! += fraction
  }
  return tf.tensor2d(weights, [factor * n, n])
}

/** Multiplies each spatial axis by its interpolation matrix, or by its transpose. */
function interpolate(x: tf.Tensor5D, attrs: Attrs, transposed: boolean): tf.Tensor5D {
  const shape = x.shape.slice()
  let mapped: tf.Tensor = x
  for (let axis = 1; axis <= 3; axis++) {
    const size = shape[axis]!
    const outer = shape.slice(0, axis).reduce((all, s) => all * s, 1)
    const matrix = interpolationMatrix(transposed ? size / attrs.factor : size, attrs)
    const lines = tf.reshape(mapped, [outer, size, -1])
    mapped = tf.matMul(tf.expandDims(matrix, 0), lines, transposed, false)
    shape[axis] = transposed ? size / attrs.factor : attrs.factor * size
  }
  return tf.reshape(mapped, shape as [number, number, number, number, number])
}

export const upsampleTrilinearGrad = defineKernel<{ dy: tf.Tensor5D }, Attrs, tf.Tensor5D>({
  name: 'DualSegUpsampleTrilinearGrad',
  composite: ({ dy }, attrs) => interpolate(dy, attrs, true),
})

const runUpsampleTrilinear = defineKernel<{ x: tf.Tensor5D }, Attrs, tf.Tensor5D>({
  name: 'DualSegUpsampleTrilinear',
  composite: ({ x }, attrs) => interpolate(x, attrs, false),
  gradient: {
    gradFunc: (dy, _saved, attrs) => ({
      x: () => upsampleTrilinearGrad({ dy }, attrs),
    }),
  },
})

/**
 * Enlarges each spatial axis by trilinear interpolation.
 *
 * @param x [batch, x, y, z, channels]
 * @param options.alignCorners as in PyTorch's `interpolate`
 * @param options.factor whole, from 2, default 2
 * @returns [batch, factor x, factor y, factor z, channels]
 * @throws DUALSEG_SHAPE if x is not of rank 5, DUALSEG_VALUE for a factor that is not whole
 */
export function upsampleTrilinear3d(
  x: tf.Tensor5D,
  options: { readonly alignCorners: boolean; readonly factor?: number },
): tf.Tensor5D {
  expectOptions('upsampleTrilinear3d', options, ['alignCorners', 'factor'])
  const { alignCorners, factor = 2 } = options
  expectFlag('upsampleTrilinear3d', 'alignCorners', alignCorners)
  expectRank('upsampleTrilinear3d', 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat('upsampleTrilinear3d', 'x', x)
  expectWhole('upsampleTrilinear3d', 'factor', factor, 2)
  return runUpsampleTrilinear({ x }, { alignCorners, factor })
}
