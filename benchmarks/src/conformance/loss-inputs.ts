import { signedDistanceMap } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { LossCase, LossInputs } from './loss-case'

/** Labels of the kit as the losses want them; outside of any gradient. */
export function labelsOf(label: tf.Tensor): tf.Tensor {
  return tf.tensor<tf.Rank>(Int32Array.from(label.dataSync()), label.shape, 'int32')
}

/** The labelled samples of a batch: its first half. */
export function firstHalf(batch: tf.Tensor): tf.Tensor {
  return half(batch, 0)
}

/** The unlabelled samples of a batch: its second half. */
export function secondHalf(batch: tf.Tensor): tf.Tensor {
  return half(batch, 1)
}

function half(batch: tf.Tensor, index: 0 | 1): tf.Tensor {
  const [samples = 0, ...rest] = batch.shape
  return tf.slice(batch, [(index * samples) / 2, ...rest.map(() => 0)], [samples / 2, ...rest])
}

/** Signed distance targets of labels [batch, x, y, z]. */
export function signedDistanceTarget(labels: tf.Tensor): tf.Tensor {
  const [samples, nx, ny, nz] = labels.shape as [number, number, number, number]
  const values = labels.dataSync()
  const voxels = nx * ny * nz
  const target = new Float32Array(values.length)
  for (let sample = 0; sample < samples; sample++) {
    target.set(signedDistanceMap(values.subarray(sample * voxels, (sample + 1) * voxels), [nx, ny, nz]), sample * voxels)
  }
  return tf.tensor(target, labels.shape)
}

/** The inputs `<prefix>1`, `<prefix>2`, … in their order. */
export function numbered(input: LossInputs, { inputs }: LossCase, prefix: string): tf.Tensor[] {
  const names = Object.keys(inputs).filter((name) => name.startsWith(prefix))
  return names.map((_, index) => input(`${prefix}${index + 1}`))
}
