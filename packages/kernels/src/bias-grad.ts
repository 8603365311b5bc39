import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './dispatch'

/** Sum of dy [batch,x,y,z,channels] over all axes but the last. */
export const biasGrad = defineKernel<{ dy: tf.Tensor5D }, object, tf.Tensor1D>({
  name: 'DualSegBiasGrad',
  composite: ({ dy }) => tf.sum(tf.reshape(dy, [-1, dy.shape[4]]), 0),
})
