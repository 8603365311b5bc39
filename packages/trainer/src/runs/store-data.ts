import type { Fold } from '@dualseg/data'
import { BatchLoader, type CaseStore } from '@dualseg/data/node'
import { summariseImages } from '../prediction/image-summary'
import type { RunData } from './run-plan'

/**
 * A run's data from a store that has the fold's cases loaded: labels of the labelled ones, none of the unlabelled.
 *
 * @param options.worker prepare batches on a thread of their own; the bits are the same @default true
 */
export function storeData(store: CaseStore, fold: Fold, options: { worker?: boolean } = {}): RunData {
  return {
    openBatches({ seed, patch, labelled, unlabelled, rotFlip, end }) {
      const plan = {
        seed,
        patch: [...patch] as [number, number, number],
        labelled: fold.labelled,
        unlabelled: unlabelled > 0 ? fold.unlabelled : [],
        labelledPerBatch: labelled,
        unlabelledPerBatch: unlabelled,
        rotFlip,
      }
      return new BatchLoader(plan, store, { iterations: end, worker: options.worker ?? true })
    },
    testIds: fold.test,
    openTestCase: async (id) => ({ id, image: store.image(id), label: store.reference(id), axes: store.axes(id) }),
    summariseImages: () => summariseImages([...fold.labelled, ...fold.unlabelled].map((id) => store.image(id))),
  }
}
