import { dualsegError } from '@dualseg/kernels'
import { knownLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingBatch } from '../methods/definition/method'
import type { LoadedBatch } from './batch-source'
import { channelsOf, type TrainingSettings } from './settings'

/** A loaded batch as tensors, which the caller frees. Only labels of labelled samples are taken over. */
export function trainingBatch(
  loaded: Pick<LoadedBatch, 'image' | 'label'>,
  settings: Pick<TrainingSettings, 'batch' | 'patch' | 'channelNames'>,
): TrainingBatch {
  const { patch, batch } = settings
  const voxels = patch[0] * patch[1] * patch[2]
  const all = batch.labelled + batch.unlabelled
  const channels = channelsOf(settings)
  if (loaded.image.length !== all * voxels * channels || loaded.label.length < batch.labelled * voxels) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `batch: ${loaded.image.length} voxels and ${loaded.label.length} labels; expected ${all} samples of [${patch}]${channels > 1 ? ` with ${channels} channels` : ''}, ${batch.labelled} of them labelled`,
    )
  }
  const labelData = loaded.label.subarray(0, batch.labelled * voxels)
  const labels = tf.tensor4d(new Int32Array(labelData), [batch.labelled, ...patch], 'int32')
  return {
    image: tf.tensor5d(loaded.image, [all, ...patch, channels]),
    // Looked at here, where they lie in plain memory, a quarter of the tensor's: else the first loss would read the tensor in every step.
    labels: knownLabels(labels, highestOf(labelData)),
    labelData,
    labelledCount: batch.labelled,
    unlabelledCount: batch.unlabelled,
    patch,
  }
}

function highestOf(labels: Uint8Array): number {
  let highest = 0
  for (let i = 0; i < labels.length; i++) if (labels[i]! > highest) highest = labels[i]!
  return highest
}
