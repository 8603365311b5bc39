import type { Axis } from '@dualseg/data'
import type { Dataset } from '@dualseg/data/node'
import type { Profile } from '@dualseg/trainer'
import type { Job } from '../command-line/progress'
import type { FetchMissingOptions } from '../data/fetch-missing'
import type { LabelledCases } from './labelled-cases'
import type { GridRequest } from './plan-grid'
import type { ProfileName } from './profiles'

/** What the harness knows of a data set before it reads any of it. */
export interface GridDataset {
  /** As in run folders: `la`. */
  readonly name: string
  /** What names it on a command line: its name, or the path of its description. */
  readonly reference: string
  /** Its description, for messages. */
  readonly file: string
  readonly title: string
  /** What stands in tables where nothing but the built-in phantom is there. */
  readonly phantomTitle: string
  readonly folds: number
  /** Labelled cases of the published comparison. */
  readonly labelled: number
  /** `first` of the list where lists are published, so that results compare; `drawn` anew for every fold and seed elsewhere. */
  readonly labelledCases: LabelledCases
  /** Axes along which a mirrored case could be another patient: what `--augment` and `--mirror` may mirror. */
  readonly mirrorAxes: readonly Axis[]
  /** Where the volumes are looked for. */
  readonly places: string
  /** Fetches scans that are missing, where that is how they are had; see `fetchMissing`. */
  fetchMissing?(options: FetchMissingOptions): Promise<void>
  /** The volumes that are there, or the phantom. */
  locate(data: string | undefined): Promise<Dataset>
  /** Taken where a command line names none. */
  readonly usualProfile: ProfileName
  /** The volumes that are there, all cases with a label but those held out in the only training list; nothing but those is tested, and no folds are drawn. */
  whole(data: string | undefined, heldOut: readonly string[]): Promise<Dataset>
  /** The profile with this data set's patch and stride. */
  profile(name: ProfileName): Profile
  /** Verifies every volume for the runs asked for. */
  check(dataset: Dataset, request: GridRequest, hooks: CheckHooks): Job
  /** Said where only the phantom is there. */
  readonly phantomNotice: string
}

export interface CheckHooks {
  readonly signal: AbortSignal
  /** Told what one should know before training, a sentence each. */
  note(text: string): void
}

export function isPhantom(dataset: Pick<Dataset, 'source'>): boolean {
  return dataset.source.kind === 'phantom'
}
