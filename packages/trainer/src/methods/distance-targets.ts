import { signedDistanceMap } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingBatch } from './definition/method'

/** The signed distance map of each labelled crop, [labelled, x, y, z]: what SASSNet and DTC regress. */
export function distanceTargets({ labelData, labelledCount, patch }: TrainingBatch): tf.Tensor4D {
  const voxels = patch[0] * patch[1] * patch[2]
  const targets = new Float32Array(labelData.length)
  for (let sample = 0; sample < labelledCount; sample++) {
    const label = labelData.subarray(sample * voxels, (sample + 1) * voxels)
    targets.set(signedDistanceMap(label, patch), sample * voxels)
  }
  return tf.tensor4d(targets, [labelledCount, ...patch])
}
