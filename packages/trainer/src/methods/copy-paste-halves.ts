import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingBatch } from './definition/method'

/** A batch in four parts of one size: two of its labelled samples, two of its unlabelled ones. */
export interface CopyPasteHalves {
  readonly image: Readonly<Record<'a' | 'b' | 'u' | 'v', tf.Tensor5D>>
  readonly label: Readonly<Record<'a' | 'b', tf.Tensor4D>>
}

/** @throws DUALSEG_VALUE unless the batch has as many labelled as unlabelled samples, an even number of each */
export function copyPasteHalves(method: string, batch: TrainingBatch): CopyPasteHalves {
  const { labelledCount, unlabelledCount, image, labels } = batch
  if (labelledCount !== unlabelledCount || labelledCount % 2 !== 0) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${method}: ${labelledCount} labelled and ${unlabelledCount} unlabelled samples a batch cannot be pasted into each other; take 2 of each`,
    )
  }
  const [a, b, u, v] = tf.split(image, 4) as [tf.Tensor5D, tf.Tensor5D, tf.Tensor5D, tf.Tensor5D]
  const [ofA, ofB] = tf.split(labels, 2) as [tf.Tensor4D, tf.Tensor4D]
  return { image: { a, b, u, v }, label: { a: ofA, b: ofB } }
}
