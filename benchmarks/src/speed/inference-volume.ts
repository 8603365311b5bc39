import { CaseStore } from '@dualseg/data/node'
import { locateLa } from '../data/locate-la'
import { LA_VOLUME } from './measurements'
import type { Triple } from './request'

/** The grid that sliding windows are timed on; what its voxels hold costs no time. */
export interface InferenceVolume {
  readonly size: Triple
  /** Where the size is from. */
  readonly origin: string
}

/** The size of the first test case of fold 0 where the Left Atrium is at hand, else the data set's mean. */
export async function inferenceVolume(): Promise<InferenceVolume> {
  const { source, folds } = await locateLa(undefined)
  const id = folds.test[0]?.[0]
  if (source.kind !== 'la' || id === undefined)
    return { size: LA_VOLUME, origin: 'the mean size of the Left Atrium (no case at hand)' }
  const store = new CaseStore(source)
  try {
    await store.load({ unlabelled: [id] })
    return { size: store.image(id).size, origin: `Left Atrium case ${id}` }
  } finally {
    store.clear()
  }
}
