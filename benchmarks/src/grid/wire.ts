import { fileError } from '@dualseg/data/node'
import { dualsegError, type ErrorCode } from '@dualseg/kernels'
import type { RunOutcome, TestProgress, TrainingProgress } from '@dualseg/trainer'
import { errorCode } from '../command-line/exit-codes'
import type { UsedEngine } from '../engines/open-engine'
import type { PlanEstimate } from './estimate'
import type { WorkOrder } from './work-order'

/** What came of a call; an error's code would not survive the way from process to process otherwise. */
export type Answer<T> = { ok: true; value: T } | { ok: false; code?: string; message: string; aborted: boolean }

/** What a process that does runs can be asked. */
export interface WorkerFunctions {
  open(order: WorkOrder): Promise<Answer<UsedEngine>>
  load(): Promise<Answer<undefined>>
  /** With the most memory, in bytes, that the process has used until now. */
  estimate(measured: boolean): Promise<Answer<{ estimate: PlanEstimate; peakBytes: number }>>
  run(index: number): Promise<Answer<RunOutcome>>
  /** Asks whatever is going on for a checkpoint. */
  stop(): void
}

/** What it tells meanwhile. */
export interface ForemanFunctions {
  onLine(line: string): void
  onProgress(progress: TrainingProgress | TestProgress): void
  onNotice(notice: string): void
}

export async function answer<T>(work: () => Promise<T>, signal: AbortSignal): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (given) {
    const error = fileError(given)
    const code = errorCode(error)
    // What nobody foresaw is a bug, and its stack says where.
    const message = error instanceof Error ? (code === undefined ? (error.stack ?? error.message) : error.message) : String(error)
    return { ok: false, ...(code && { code }), message, aborted: signal.aborted && given === signal.reason }
  }
}

/** @param signal of the caller: its reason is thrown where the other side stopped because of it */
export function unwrap<T>(given: Answer<T>, signal?: AbortSignal): T {
  if (given.ok) return given.value
  if (given.aborted && signal?.aborted) throw signal.reason
  throw given.code === undefined ? new Error(given.message) : dualsegError(given.code as ErrorCode, given.message)
}
