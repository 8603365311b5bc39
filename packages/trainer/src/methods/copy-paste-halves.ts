import { dualsegError } from '@dualseg/kernels'
import { knownLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { TrainingBatch } from './definition/method'

/** A batch in parts of one size: two of its labelled samples, and two of its unlabelled ones if it has any. */
export interface CopyPasteHalves {
  readonly image: Readonly<Record<'a' | 'b', tf.Tensor5D>> & { readonly u?: tf.Tensor5D; readonly v?: tf.Tensor5D }
  readonly label: Readonly<Record<'a' | 'b', tf.Tensor4D>>
  /** The highest label of the batch, so that no loss reads what is pasted of them. */
  readonly highest: number
}

/** @throws DUALSEG_VALUE unless the batch has as many labelled as unlabelled samples or none of these, an even number of each */
export function copyPasteHalves(method: string, batch: TrainingBatch): CopyPasteHalves {
  const { labelledCount, unlabelledCount, image, labels } = batch
  if ((unlabelledCount > 0 && labelledCount !== unlabelledCount) || labelledCount % 2 !== 0) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `${method}: ${labelledCount} labelled and ${unlabelledCount} unlabelled samples a batch cannot be pasted into each other; take 2 of each`,
    )
  }
  const [a, b, ...unlabelled] = tf.split(image, unlabelledCount > 0 ? 4 : 2) as [tf.Tensor5D, tf.Tensor5D, ...tf.Tensor5D[]]
  const [u, v] = unlabelled
  const [ofA, ofB] = tf.split(labels, 2) as [tf.Tensor4D, tf.Tensor4D]
  const highest = batch.labelData.reduce((most, label) => Math.max(most, label), 0)
  const label = { a: knownLabels(ofA, highest), b: knownLabels(ofB, highest) }
  return { image: { a, b, ...(u && v && { u, v }) }, label, highest }
}
