import { parentPort, workerData } from 'node:worker_threads'
import { type Batch, type BatchPlan, makeBatch } from '../make-batch'
import type { TrainingCase } from '../volume'

export interface BatchRequest {
  number: number
  iteration: number
}

export type BatchReply = { number: number; batch: Batch } | { number: number; message: string; code: string }

const { plan, cases } = workerData as { plan: BatchPlan; cases: Map<string, TrainingCase> }

parentPort!.on('message', ({ number, iteration }: BatchRequest) => {
  try {
    const batch = makeBatch(cases, plan, iteration)
    parentPort!.postMessage({ number, batch } satisfies BatchReply, [batch.image.buffer, batch.label.buffer])
  } catch (error) {
    const { message, code = 'DUALSEG_DATA' } = error as Error & { code?: string }
    parentPort!.postMessage({ number, message, code } satisfies BatchReply)
  }
})
