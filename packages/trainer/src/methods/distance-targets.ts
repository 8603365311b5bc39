import { signedDistanceMap } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingBatch } from './definition/method'

/**
 * The signed distance map of each labelled crop to each class: what SASSNet and DTC regress. A crop that is all of one class, of which the reference's is NaN, is as
 * deep inside as there is: -1.
 *
 * @param classes besides background
 * @returns [labelled, x, y, z, classes]; of one class [labelled, x, y, z]
 */
export function distanceTargets({ labelData, labelledCount, patch }: TrainingBatch, classes: number): tf.Tensor {
  const voxels = patch[0] * patch[1] * patch[2]
  const targets = new Float32Array(labelData.length * classes)
  for (let sample = 0; sample < labelledCount; sample++) {
    const labels = labelData.subarray(sample * voxels, (sample + 1) * voxels)
    for (let c = 0; c < classes; c++) {
      const map = signedDistanceMap(classes === 1 ? labels : labels.map((label) => Number(label === c + 1)), patch)
      if (Number.isNaN(map[0])) map.fill(-1)
      for (let i = 0, to = sample * voxels * classes + c; i < voxels; i++, to += classes) targets[to] = map[i]!
    }
  }
  return tf.tensor(targets, [labelledCount, ...patch, ...(classes === 1 ? [] : [classes])])
}
