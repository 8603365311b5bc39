import { random } from '@dualseg/kernels/random'
import { dataError } from './data-error'

/** How many cases there are and how many of them make a batch. */
export interface TwoStream {
  labelledCount: number
  unlabelledCount: number
  labelledPerBatch: number
  /** 0 for supervised training. */
  unlabelledPerBatch: number
}

/**
 * Iterations of one epoch: one pass over the labelled cases, an incomplete last batch dropped.
 *
 * @throws DUALSEG_VALUE if the cases cannot fill one batch
 */
export function iterationsPerEpoch(streams: TwoStream): number {
  const { labelledCount, unlabelledCount, labelledPerBatch, unlabelledPerBatch } = streams
  for (const [name, value] of Object.entries(streams)) {
    if (!Number.isInteger(value) || value < 0)
      throw dataError(`twoStreamBatch: ${name} is ${value}, not a count`, { code: 'DUALSEG_VALUE' })
  }
  if (labelledPerBatch < 1 || labelledCount < labelledPerBatch) {
    throw dataError(
      `twoStreamBatch: ${labelledCount} labelled cases cannot fill batches with ${labelledPerBatch}; label more cases or take smaller batches`,
      { code: 'DUALSEG_VALUE' },
    )
  }
  if (unlabelledPerBatch > 0 && unlabelledCount < 1) {
    throw dataError(`twoStreamBatch: batches take ${unlabelledPerBatch} unlabelled cases, but there is none`, {
      code: 'DUALSEG_VALUE',
    })
  }
  return Math.floor(labelledCount / labelledPerBatch)
}

/**
 * The cases of one iteration, as positions in the labelled and in the unlabelled list.
 *
 * Every epoch the labelled stream is a fresh permutation, and the unlabelled stream begins anew with a fresh one: of 64 unlabelled cases an epoch of
 * 8 iterations sees 16. Where an epoch needs more unlabelled cases than there are, further permutations follow.
 *
 * Source: TwoStreamBatchSampler of UA-MT and its descendants.
 *
 * @param iteration counted from 0
 */
export function twoStreamBatch(
  streams: TwoStream,
  seed: number,
  iteration: number,
): { labelled: number[]; unlabelled: number[] } {
  const perEpoch = iterationsPerEpoch(streams)
  const epoch = Math.floor(iteration / perEpoch)
  const step = iteration % perEpoch
  const { labelledCount, unlabelledCount, labelledPerBatch, unlabelledPerBatch } = streams
  const labelledOrder = random(seed, 'labelled order', epoch, 0).permutation(labelledCount)
  const unlabelled: number[] = []
  let pass = -1
  let unlabelledOrder: number[] = []
  for (let draw = step * unlabelledPerBatch; draw < (step + 1) * unlabelledPerBatch; draw++) {
    const wanted = Math.floor(draw / unlabelledCount)
    if (wanted !== pass) {
      pass = wanted
      unlabelledOrder = random(seed, 'unlabelled order', epoch, pass).permutation(unlabelledCount)
    }
    unlabelled.push(unlabelledOrder[draw % unlabelledCount]!)
  }
  return { labelled: labelledOrder.slice(step * labelledPerBatch, (step + 1) * labelledPerBatch), unlabelled }
}
