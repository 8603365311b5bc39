import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'
import { expectFloat, expectRank } from './validate'

type Shape5D = [number, number, number, number, number]

/** Products of the sizes before and from an axis on. */
function around(shape: readonly number[], axis: number): { outer: number; inner: number } {
  return { outer: shape.slice(0, axis).reduce((all, s) => all * s, 1), inner: shape.slice(axis).reduce((all, s) => all * s, 1) }
}

export const upsampleNearestGrad = defineKernel<{ dy: tf.Tensor5D }, object, tf.Tensor5D>({
  name: 'DualSegUpsampleNearestGrad',
  composite: ({ dy }) => {
    const shape = dy.shape.slice()
    let summed: tf.Tensor = dy
    for (let axis = 1; axis <= 3; axis++) {
      shape[axis] = shape[axis]! / 2
      const { outer } = around(shape, axis + 1)
      summed = tf.sum(tf.reshape(summed, [outer, 2, -1]), 1)
    }
    return tf.reshape(summed, shape as Shape5D)
  },
})

const runUpsampleNearest = defineKernel<{ x: tf.Tensor5D }, object, tf.Tensor5D>({
  name: 'DualSegUpsampleNearest',
  composite: ({ x }) => {
    const shape = x.shape.slice()
    let doubled: tf.Tensor = x
    for (let axis = 1; axis <= 3; axis++) {
      const { outer, inner } = around(shape, axis + 1)
      const lines = tf.reshape(doubled, [outer, 1, inner])
      doubled = tf.concat([lines, lines], 1)
      shape[axis] = 2 * shape[axis]!
    }
    return tf.reshape(doubled, shape as Shape5D)
  },
  gradient: { gradFunc: (dy) => ({ x: () => upsampleNearestGrad({ dy }, {}) }) },
})

/**
 * Doubles each spatial axis by repeating every voxel.
 *
 * @param x [batch, x, y, z, channels]
 * @returns [batch, 2x, 2y, 2z, channels]
 * @throws DUALSEG_SHAPE if x is not of rank 5
 */
export function upsampleNearest3d(x: tf.Tensor5D): tf.Tensor5D {
  expectRank('upsampleNearest3d', 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat('upsampleNearest3d', 'x', x)
  return runUpsampleNearest({ x }, {})
}
