import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from './definition/method'

/** Standard deviation of the noise on a teacher's input, and where it is cut. */
const NOISE = 0.1
const LIMIT = 0.2

/** A teacher's view of a volume: `x + clip(0.1 N(0, 1), -0.2, 0.2)`, voxel by voxel. Source: UA-MT, released code. */
export function withTeacherNoise(image: tf.Tensor5D, draws: Draws, purpose: string): tf.Tensor5D {
  return tf.tidy(() => tf.add(image, tf.clipByValue(tf.mul(draws.normal(purpose, image.shape), NOISE), -LIMIT, LIMIT)))
}
