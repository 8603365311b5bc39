import type { Dataset } from '@dualseg/data/node'
import type { Profile } from '@dualseg/trainer'
import type { Job } from '../command-line/progress'
import type { ProfileName } from './profiles'

/** What the harness knows of a data set before it reads any of it. */
export interface GridDataset {
  /** The verb's name: `la`. */
  readonly name: string
  readonly title: string
  /** What stands in tables where nothing but the built-in phantom is there. */
  readonly phantomTitle: string
  readonly folds: number
  /** Labelled cases of the published comparison, and the most there can be beside one unlabelled batch. */
  readonly labelled: number
  readonly maxLabelled: number
  /** Where the volumes are looked for. */
  readonly places: string
  /** The volumes that are there, or the phantom. */
  locate(data: string | undefined): Promise<Dataset>
  /** The profile with this data set's patch and stride. */
  profile(name: ProfileName): Profile
  /** Verifies every volume. */
  check(dataset: Dataset, signal: AbortSignal): Job
  /** Said where only the phantom is there. */
  readonly phantomNotice: string
}

export function isPhantom(dataset: Pick<Dataset, 'source'>): boolean {
  return dataset.source.kind === 'phantom'
}
