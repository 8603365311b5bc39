import type { Preparation, Volume } from '@dualseg/data'
import type { NetworkSet } from './create-networks'
import type { EngineCopies } from './engine-copies'
import type { ImageSummary } from './image-summary'
import type { Method, TrainingBatch } from './method'
import type { TrainingSettings } from './settings'
import type { StepSetting } from './step-context'

/** One batch as it comes from the loader, z fastest, labelled samples first. */
export interface LoadedBatch {
  /** [labelled + unlabelled, x, y, z, 1] */
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
  /** The first iteration that will be asked for (more than 0 on resume), and one past the last. */
  readonly start: number
  readonly end: number
}

/** A case to be tested on. */
export interface TestCase {
  readonly id: string
  /** What the networks see: reduced and standardised where the profile says so. */
  readonly image: Volume<Float32Array>
  /** The reference on the original grid. */
  readonly label: Volume<Uint8Array>
}

/** Where a run's data come from; the loader decides how, the run only asks. */
export interface RunData {
  openBatches(request: BatchRequest): Promise<BatchSource> | BatchSource
  readonly testIds: readonly string[]
  openTestCase(id: string): Promise<TestCase>
  /** What the training images have in common, kept with the run so that it can refuse images unlike them. */
  summariseImages?(): ImageSummary | null
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

/** What is part of a run's identity about the engine: all that its bits depend on. */
export interface EngineIdentity {
  readonly name: string
  readonly device: string
  readonly precision: string
  readonly numerics: string
  /** The engine's numeric revision. */
  readonly revision: number
  /** Version of a library outside the package that computes. */
  readonly library?: string
  /** Absent where bits do not depend on it. */
  readonly threads?: number
}

/** One run: a method, on one fold, with one seed. */
export interface RunPlan {
  readonly method: Method
  /** Switches of the method that are off. @default [] */
  readonly without?: readonly string[]
  readonly settings: TrainingSettings
  readonly fold: number
  readonly seed: number
  /** How many cases have labels. */
  readonly labelledCases: number
  readonly data: RunData
  readonly dataIdentity: DataIdentity
  /** How the volumes came about from scans; kept with the run and repeated when it predicts new ones. */
  readonly preparation?: Preparation
  /** From `useEngine`. */
  readonly engine: EngineIdentity
  /** The folder that holds all runs. */
  readonly runs: string
  /** A checkpoint is written when this many seconds have passed since the last one, at the end of training, and on abort. @default 60 */
  readonly checkpointSeconds?: number
  /** Also each time this many iterations are done. */
  readonly checkpointIterations?: number
  /** Write the predicted masks, on the original grid, as `predictions/<case>.nii.gz`. @default false */
  readonly savePredictions?: boolean
}

/** Told after every training step. */
export interface TrainingProgress {
  readonly stage: 'train'
  /** Steps done, 1 after the first. */
  readonly iteration: number
  readonly iterations: number
  /** Raw terms by name; null where a noted value is not a number. */
  readonly terms: Readonly<Record<string, number | null>>
  /** Tensors copied in this step, where the engine has a memory of its own; the next batch is among them. */
  readonly copies?: EngineCopies
  /** Of this step. */
  readonly seconds: number
  /** Until the end of training, from this process's own steps. */
  readonly secondsLeft: number
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

/** What a training step is about to work on; all of it is the run's own and gone after the step. */
export interface UpcomingStep {
  readonly folder: string
  readonly networks: NetworkSet
  readonly batch: TrainingBatch
  readonly setting: StepSetting
}

export interface RunHooks {
  /** The folder is known and locked; `resumedAt` is the number of steps already done. */
  onOpen?(folder: string, resumedAt: number): void
  onProgress?(progress: TrainingProgress | TestProgress): void
  onCheckpoint?(iteration: number): void
  /** Sees the networks and the batch before each training step, and must change nothing: for audits and pictures of a run. */
  beforeStep?(step: UpcomingStep): void | Promise<void>
  /** Aborting writes a checkpoint and ends the run as `interrupted`. */
  readonly signal?: AbortSignal
}

/** The measures of one case, on the original grid; distances in its voxels. */
export interface CaseResult {
  readonly id: string
  readonly dice: number
  readonly jaccard: number
  readonly hd95: number
  readonly asd: number
  readonly emptyPrediction: boolean
}

export interface Summary {
  readonly mean: number
  /** Over cases, divided by n - 1 (0 for one case). */
  readonly sd: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** `result.json`: nothing in it depends on time or place. */
export interface RunResult {
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
  readonly emptyPredictions: number
  readonly dice: Summary
  readonly jaccard: Summary
  readonly hd95: Summary
  readonly asd: Summary
}

export type RunOutcome =
  | {
      readonly status: 'done'
      readonly folder: string
      readonly result: RunResult
      readonly cases: readonly CaseResult[] /** false: the result was there already. */
      readonly ran: boolean
    }
  | { readonly status: 'interrupted'; readonly folder: string; readonly stage: 'train' | 'test'; readonly iteration: number }
