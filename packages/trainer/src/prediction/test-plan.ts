import type { ImageVolume, Volume, VolumeGrid } from '@dualseg/data'
import type { Method } from '../methods/definition/method'
import type { TrainingSettings } from '../training/settings'

/** A case to be tested on. */
export interface TestCase {
  readonly id: string
  /** What the networks see: reduced and standardised where the profile says so. */
  readonly image: ImageVolume
  /** Further channels, on the image's grid. */
  readonly otherChannels?: readonly ImageVolume[] | undefined
  /** Of the image before it was reduced, where it was resampled: predictions are brought back to the reference's. */
  readonly resampledGrid?: VolumeGrid | undefined
  /** The reference on the original grid. */
  readonly label: Volume<Uint8Array>
  /** Where the axes of the case's files run to, if image and label were turned: a prediction is turned back. */
  readonly axes?: string | undefined
}

/** Which cases a method's networks are tested on, and how. */
export interface TestPlan {
  readonly method: Method
  readonly settings: TrainingSettings
  readonly data: { readonly testIds: readonly string[]; openTestCase(id: string): Promise<TestCase> }
}

/** The measures of one class in one case, on the original grid. */
export interface ClassScores {
  readonly dice: number
  readonly jaccard: number
  /** In the unit that the run's settings name: voxels of the original grid unless they say mm. */
  readonly hd95: number
  readonly asd: number
  readonly emptyPrediction: boolean
  /** There was nothing to find; absent where there was. */
  readonly emptyReference?: true | undefined
}

/**
 * The measures of one case; of several classes their means over the classes.
 *
 * What is empty scores by a rule of `@dualseg/metrics`. One class: nothing predicted by `zero`, as the papers' scripts have it; where the reference is empty by
 * `diagonal`: a prediction that is empty too is perfect (Dice 1, distances 0), any other has Dice 0 and the volume's diagonal for its distances. Several classes:
 * all by `diagonal`.
 */
export interface CaseResult extends ClassScores {
  readonly id: string
  /** In the order of the data set; absent where there is one. */
  readonly classes?: readonly ClassScores[] | undefined
}

/** Told after every test case. */
export interface TestProgress {
  readonly stage: 'test'
  readonly case: CaseResult
  readonly done: number
  readonly cases: number
  readonly seconds: number
  readonly secondsLeft: number
}

export interface TestHooks {
  onProgress?(progress: TestProgress): void
  /** Aborting ends the test after the case that is being worked on. */
  readonly signal?: AbortSignal
}
