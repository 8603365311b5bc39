import type { Axis, LabelClass, Preparation } from '@dualseg/data'
import type { EngineIdentity } from '../engines/engine-identity'
import type { ImageSummary } from '../prediction/image-summary'
import type { Summary } from '../prediction/summarise'
import type { CaseResult, TestCase, TestProgress } from '../prediction/test-plan'
import type { BatchRequest, BatchSource } from '../training/batch-source'
import type { LoopStep, TrainingPlan, TrainingProgress } from '../training/training-plan'
import type { RunSplit } from './run-split'

/** Where a run's data come from; the loader decides how, the run only asks. */
export interface RunData {
  openBatches(request: BatchRequest): Promise<BatchSource> | BatchSource
  /** None: the run trains alone, and its result has no measures. */
  readonly testIds: readonly string[]
  openTestCase(id: string): Promise<TestCase>
  /** Which cases these are, kept with the run so that a report knows what it may put side by side; without it, reports leave the run to itself. */
  describeSplit?(): RunSplit
  /**
   * What the training images have in common, kept with the run so that it can refuse images unlike them.
   *
   * @param channel of the images of a case @default 0
   */
  summariseImages?(channel?: number): ImageSummary | null
}

/** What is part of a run's identity about its data. */
export interface DataIdentity {
  /** `la`, `phantom`, ...; also the folder's name. */
  readonly dataset: string
  /** SHA-256 of the fold lists used. */
  readonly listsSha256: string
  /** SHA-256 over the volumes used (of their own checksums, in order). */
  readonly volumesSha256: string
}

/** One run: a method, on one fold, with one seed. */
export interface RunPlan extends TrainingPlan {
  readonly fold: number
  /** How many cases have labels. */
  readonly labelledCases: number
  readonly data: RunData
  readonly dataIdentity: DataIdentity
  /** How the volumes came about from scans; kept with the run and repeated when it predicts new ones. */
  readonly preparation?: Preparation
  /** Axes along which a mirrored volume could be another one; kept with the run, for what it predicts later. @default all */
  readonly mirrorAxes?: readonly Axis[]
  /** What the labels' classes are called and which values stand for them: masks are written with these. @default one class, of value 1 */
  readonly classes?: readonly LabelClass[]
  /** From `useEngine`. */
  readonly engine: EngineIdentity
  /** The folder that holds all runs. */
  readonly runs: string
  /** Write the predicted masks, on the original grid, as `predictions/<case>.nii.gz`: those of a finished run from its weights. @default false */
  readonly savePredictions?: boolean
}

/** What a training step is about to work on; all of it is the run's own and gone after the step. */
export interface UpcomingStep extends LoopStep {
  readonly folder: string
}

export interface RunHooks {
  /** The folder is known and locked; `resumedAt` is the number of steps already done. */
  onOpen?(folder: string, resumedAt: number): void
  onProgress?(progress: TrainingProgress | TestProgress): void
  onCheckpoint?(iteration: number): void
  /** Sees the networks and the batch before each training step, and must change nothing: for audits and pictures of a run. */
  beforeStep?(step: UpcomingStep): void | Promise<void>
  /** Told, in one sentence each, what was found damaged in the run's folder and what is done about it. @default console.warn */
  onNotice?(notice: string): void
  /** Aborting writes a checkpoint and ends the run as `interrupted`. */
  readonly signal?: AbortSignal
}

/** Of the test cases of a run, or of one class in them. */
export interface ResultSummaries {
  readonly emptyPredictions: number
  /** Cases in which there was nothing to find; absent where there was none. */
  readonly emptyReferences?: number | undefined
  /** This and the other measures are absent where nothing was tested. */
  readonly dice?: Summary | undefined
  readonly jaccard?: Summary | undefined
  readonly hd95?: Summary | undefined
  readonly asd?: Summary | undefined
}

/** `result.json`: nothing in it depends on time or place. Of several classes the summaries are of the cases' means over the classes. */
export interface RunResult extends ResultSummaries {
  readonly configSha256: string
  readonly dataset: string
  readonly method: string
  readonly without: readonly string[]
  readonly profile: string
  readonly protocol: string
  readonly fold: number
  readonly seed: number
  readonly labelledCases: number
  readonly iterations: number
  readonly cases: number
  /** Of `hd95` and `asd`; absent where they are voxels of the original grid. */
  readonly distanceUnit?: 'mm' | undefined
  /** Absent where there is one. */
  readonly classes?: readonly (ResultSummaries & { readonly name: string })[] | undefined
}

export type RunOutcome =
  | {
      readonly status: 'done'
      readonly folder: string
      readonly result: RunResult
      readonly cases: readonly CaseResult[]
      /** false: the result was there already. */
      readonly ran: boolean
      /** Masks written of cases that had been tested without; absent if there was none to write. */
      readonly addedPredictions?: number
    }
  | { readonly status: 'interrupted'; readonly folder: string; readonly stage: 'train' | 'test'; readonly iteration: number }
