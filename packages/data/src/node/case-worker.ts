import { parentPort, workerData } from 'node:worker_threads'
import type { CaseSource } from './case-source'
import { type CaseTask, type LoadedCase, runCaseTask } from './case-task'

export type CaseReply = { loaded: LoadedCase } | { message: string; code: string }

const { source } = workerData as { source: CaseSource }

parentPort!.on('message', async (task: CaseTask) => {
  try {
    parentPort!.postMessage({ loaded: await runCaseTask(source, task) } satisfies CaseReply)
  } catch (error) {
    const { message, code = 'DUALSEG_DATA' } = error as Error & { code?: string }
    parentPort!.postMessage({ message, code } satisfies CaseReply)
  }
})
