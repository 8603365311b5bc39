import type { Worker } from 'node:worker_threads'
import { type DataErrorCode, dataError } from '../data-error'
import { type Batch, type BatchPlan, makeBatch, streamsOf } from '../make-batch'
import { iterationsPerEpoch } from '../two-stream'
import type { TrainingCase } from '../volume'
import type { BatchReply, BatchRequest } from './batch-worker'
import { startWorker } from './start-worker'

/** What a `BatchLoader` asks for cases; a `CaseStore` is one. */
export interface TrainingCases {
  trainingCase(id: string, labelled: boolean): TrainingCase
}

export interface BatchLoaderOptions {
  /** Batches prepared beyond the one asked for. @default 2 */
  ahead?: number
  /** One past the last iteration of the run: nothing is prepared beyond it. */
  iterations?: number
  /** Prepare on a thread of its own; without, on the calling thread and with the same bits. @default true */
  worker?: boolean
}

interface Waiting {
  resolve: (batch: Batch) => void
  reject: (error: Error) => void
}

/**
 * Crops and augments batches ahead of the training step, on a thread of its own.
 *
 * Labels of unlabelled cases never reach it: it asks for labels of the plan's labelled cases only.
 *
 * ```ts
 * const loader = new BatchLoader(plan, store, { iterations: 300 })
 * for (let iteration = 0; iteration < 300; iteration++) {
 *   const batch = await loader.next(iteration)
 * }
 * await loader.close()
 * ```
 */
export class BatchLoader {
  readonly #plan: BatchPlan
  readonly #cases: Map<string, TrainingCase>
  readonly #ahead: number
  readonly #iterations: number
  /** Requests that the worker has not answered, by number. */
  readonly #pending = new Map<number, Waiting>()
  /** Batches made or being made that nobody asked for yet, by iteration. */
  readonly #prepared = new Map<number, Promise<Batch>>()
  #requests = 0
  #awaited = 0
  #worker: Worker | null = null
  #failure: Error | null = null
  #closed = false

  /** @throws DUALSEG_VALUE if the plan cannot fill a batch; DUALSEG_DATA if a case of the plan is not loaded */
  constructor(plan: BatchPlan, cases: TrainingCases, options: BatchLoaderOptions = {}) {
    iterationsPerEpoch(streamsOf(plan))
    this.#plan = plan
    const unlabelled = plan.unlabelledPerBatch > 0 ? plan.unlabelled : []
    this.#cases = new Map([
      ...unlabelled.map((id) => [id, cases.trainingCase(id, false)] as const),
      ...plan.labelled.map((id) => [id, cases.trainingCase(id, true)] as const),
    ])
    this.#ahead = options.ahead ?? 2
    this.#iterations = options.iterations ?? Number.POSITIVE_INFINITY
    if (options.worker ?? true) this.#start()
  }

  /**
   * The batch of an iteration. Its buffers belong to the caller. Iterations may be asked for in any order; ascending is what runs ahead.
   *
   * @throws what the worker threw, in its words
   */
  async next(iteration: number): Promise<Batch> {
    if (this.#closed) throw dataError('BatchLoader: closed; make another one', { code: 'DUALSEG_VALUE' })
    if (this.#failure) throw this.#failure
    if (!this.#worker) return makeBatch(this.#cases, this.#plan, iteration)
    const wanted = this.#prepared.get(iteration) ?? this.#request(iteration)
    for (const prepared of this.#prepared.keys()) if (prepared <= iteration) this.#prepared.delete(prepared)
    const end = Math.min(iteration + 1 + this.#ahead, this.#iterations)
    for (let later = iteration + 1; later < end; later++) {
      if (!this.#prepared.has(later)) this.#prepared.set(later, this.#request(later))
    }
    this.#awaited++
    this.#worker.ref()
    try {
      return await wanted
    } finally {
      // An idle worker does not keep the process alive, so that a forgotten close() hangs nothing.
      if (--this.#awaited === 0) this.#worker?.unref()
    }
  }

  /** Ends the thread; batches still being prepared are dropped. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    this.#worker = null
    this.#fail(dataError('BatchLoader: closed while a batch was being prepared', { code: 'DUALSEG_VALUE' }))
    await worker?.terminate()
  }

  #request(iteration: number): Promise<Batch> {
    const number = this.#requests++
    const made = new Promise<Batch>((resolve, reject) => {
      this.#pending.set(number, { resolve, reject })
    })
    // A batch that was prepared and never asked for may fail without anybody listening.
    made.catch(() => {})
    this.#worker?.postMessage({ number, iteration } satisfies BatchRequest)
    return made
  }

  #start(): void {
    const worker = startWorker('batch-worker', { plan: this.#plan, cases: this.#cases })
    this.#worker = worker
    worker.unref()
    worker.on('message', (reply: BatchReply) => {
      const waiting = this.#pending.get(reply.number)
      this.#pending.delete(reply.number)
      if ('batch' in reply) waiting?.resolve(reply.batch)
      else waiting?.reject(dataError(reply.message, { code: reply.code as DataErrorCode }))
    })
    worker.on('error', (error) => this.#fail(dataError(`BatchLoader: the worker failed: ${error.message}`, { cause: error })))
    worker.on('exit', (code) => this.#fail(dataError(`BatchLoader: the worker ended early (exit code ${code})`)))
  }

  #fail(error: Error): void {
    if (!this.#closed) this.#failure ??= error
    for (const waiting of this.#pending.values()) waiting.reject(error)
    this.#pending.clear()
    this.#prepared.clear()
  }
}
