import { parentPort, workerData } from 'node:worker_threads'
import { type Batch, type BatchPlan, makeBatch } from '../make-batch'
import type { TrainingCase } from '../volume'

export interface BatchRequest {
  iteration: number
}

export type BatchReply = { iteration: number; batch: Batch } | { iteration: number; message: string; code: string }

const { plan, cases } = workerData as { plan: BatchPlan; cases: Map<string, TrainingCase> }

parentPort!.on('message', ({ iteration }: BatchRequest) => {
  try {
    const batch = makeBatch(cases, plan, iteration)
    parentPort!.postMessage({ iteration, batch } satisfies BatchReply, [batch.image.buffer, batch.label.buffer])
  } catch (error) {
    const { message, code = 'DUALSEG_DATA' } = error as Error & { code?: string }
    parentPort!.postMessage({ iteration, message, code } satisfies BatchReply)
  }
})
