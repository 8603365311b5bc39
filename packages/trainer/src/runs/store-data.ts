import type { Fold, FoldLists } from '@dualseg/data'
import { BatchLoader, type CaseStore } from '@dualseg/data/node'
import { summariseImages } from '../prediction/image-summary'
import type { RunData } from './run-plan'
import { drawingSha256 } from './run-split'

/**
 * A run's data from a store that has the fold's cases loaded: labels of the labelled ones, none of the unlabelled.
 *
 * @param options.worker prepare batches on a thread of their own; the bits are the same @default true
 * @param options.folds all folds of the drawing that this one belongs to: reports add up folds of one drawing alone
 */
export function storeData(
  store: CaseStore,
  fold: Fold,
  options: { worker?: boolean; folds?: FoldLists } = {},
): RunData & Required<Pick<RunData, 'describeSplit'>> {
  return {
    openBatches({ seed, patch, labelled, unlabelled, rotFlip, augment, end }) {
      const plan = {
        seed,
        patch: [...patch] as [number, number, number],
        labelled: fold.labelled,
        unlabelled: unlabelled > 0 ? fold.unlabelled : [],
        labelledPerBatch: labelled,
        unlabelledPerBatch: unlabelled,
        rotFlip,
        ...(augment && { augment }),
      }
      return new BatchLoader(plan, store, { iterations: end, worker: options.worker ?? true })
    },
    testIds: fold.test,
    openTestCase: async (id) => ({
      id,
      image: store.image(id),
      otherChannels: store.otherChannels(id),
      resampledGrid: store.resampledGrid(id),
      label: store.reference(id),
      axes: store.axes(id),
    }),
    describeSplit: () => ({
      ...fold,
      volumes: Object.fromEntries([...fold.labelled, ...fold.unlabelled, ...fold.test].map((id) => [id, store.sha256(id)])),
      rule: store.rule,
      drawings: options.folds === undefined ? [] : [drawingSha256(options.folds)],
    }),
    summariseImages: (channel = 0) =>
      summariseImages(
        [...fold.labelled, ...fold.unlabelled].map((id) => [store.image(id), ...store.otherChannels(id)][channel]!),
      ),
  }
}
