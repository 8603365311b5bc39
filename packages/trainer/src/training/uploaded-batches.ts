import { hasOwnMemory, upload } from '../engines/engine-copies'
import type { TrainingBatch } from '../methods/definition/method'

/** Batches as tensors; to an engine with memory of its own one ahead: while it computes a step, the batch of the next one is on its way to it. */
export class UploadedBatches {
  readonly #open: (iteration: number) => Promise<TrainingBatch>
  #ahead: { readonly iteration: number; readonly batch: Promise<TrainingBatch> } | undefined

  constructor(open: (iteration: number) => Promise<TrainingBatch>) {
    this.#open = open
  }

  /** The batch of an iteration; its tensors are the caller's to free. */
  async take(iteration: number): Promise<TrainingBatch> {
    const ahead = this.#ahead
    if (ahead?.iteration !== iteration) return this.#open(iteration)
    this.#ahead = undefined
    return ahead.batch
  }

  /**
   * Begins with the batch of a later iteration; it goes to the engine as soon as the caller waits for anything. An engine without memory of
   * its own has nothing to wait for, and a tensor made in the middle of a step would only lie in the way of the step's own: there it is opened when taken.
   */
  prepare(iteration: number): void {
    if (!hasOwnMemory()) return
    const batch = this.#open(iteration).then((opened) => {
      upload(opened.image)
      upload(opened.labels)
      return opened
    })
    // Whoever takes it hears of its failure; if nobody does, nobody need.
    batch.catch(() => {})
    this.#ahead = { iteration, batch }
  }

  /** Frees a batch that nobody took. */
  async close(): Promise<void> {
    const left = await this.#ahead?.batch.catch(() => undefined)
    left?.image.dispose()
    left?.labels.dispose()
    this.#ahead = undefined
  }
}
