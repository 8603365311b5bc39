import type { Augmentation } from '@dualseg/data'
import type { TrainingSettings } from './settings'

/** One batch as it comes from the loader, z fastest, labelled samples first. */
export interface LoadedBatch {
  /** [labelled + unlabelled, x, y, z, channels] */
  readonly image: Float32Array
  /** [labelled, x, y, z], or as many as there are samples: what lies behind the labelled ones is not read. */
  readonly label: Uint8Array
  readonly ids: readonly string[]
}

/** Batches by iteration: the same iteration gives the same bits, whatever was asked for before. */
export interface BatchSource {
  next(iteration: number): Promise<LoadedBatch>
  close(): Promise<void> | void
}

/** What a run asks of the training data. */
export interface BatchRequest {
  readonly seed: number
  readonly patch: readonly [number, number, number]
  /** Samples a batch. */
  readonly labelled: number
  readonly unlabelled: number
  readonly rotFlip: boolean
  /** What is to be done to every crop, drawn anew for each. @default nothing */
  readonly augment?: Augmentation
  /** The first iteration that will be asked for (more than 0 on resume), and one past the last. */
  readonly start: number
  readonly end: number
}

/** What a run of these settings asks of its training data. */
export function batchRequest(
  { patch, batch, rotFlip, augment }: TrainingSettings,
  seed: number,
  span: Pick<BatchRequest, 'start' | 'end'>,
): BatchRequest {
  return { seed, patch, ...batch, rotFlip, ...(augment && { augment }), ...span }
}
