import type { EngineCopies } from '../engines/engine-copies'
import type { Method, TrainingBatch } from '../methods/definition/method'
import type { BatchRequest, BatchSource } from './batch-source'
import type { NetworkSet } from './create-networks'
import type { TrainingSettings } from './settings'
import type { StepSetting } from './step-context'

/** What the training loop is to do. */
export interface TrainingPlan {
  readonly method: Method
  /** Switches of the method that are off. @default [] */
  readonly without?: readonly string[]
  readonly settings: TrainingSettings
  readonly seed: number
  readonly data: { openBatches(request: BatchRequest): Promise<BatchSource> | BatchSource }
  /** A checkpoint is written when this many seconds have passed since the last one, at the end of training, and on abort. @default 60 */
  readonly checkpointSeconds?: number
  /** Also each time this many iterations are done. */
  readonly checkpointIterations?: number
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

/** What a training step is about to work on; all of it is the loop's own and gone after the step. */
export interface LoopStep {
  readonly networks: NetworkSet
  readonly batch: TrainingBatch
  readonly setting: StepSetting
}

export interface TrainingHooks {
  onProgress?(progress: TrainingProgress): void
  onCheckpoint?(iteration: number): void
  /** Sees the networks and the batch before each training step, and must change nothing. */
  beforeStep?(step: LoopStep): void | Promise<void>
  /** Aborting writes a checkpoint and ends training. */
  readonly signal?: AbortSignal
}

/** Who keeps what the loop leaves behind; the loop itself knows no disk. */
export interface TrainingRecord {
  /** One iteration: its rate, terms and seconds. */
  append(line: object): void
  /** Keeps the networks as they are after so many steps, and all lines before them. */
  checkpoint(iteration: number): Promise<void>
}
