import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { type DataErrorCode, dataError } from '../data-error'
import type { CaseSource } from './case-source'
import { type CaseTask, type LoadedCase, runCaseTask } from './case-task'
import type { CaseReply } from './case-worker'
import { startWorker } from './start-worker'

export interface CasePoolOptions {
  /** 0 works on the calling thread. @default the processor's threads, at most 8 */
  threads?: number
  signal?: AbortSignal
  onResult: (loaded: LoadedCase) => void
  /** Called instead of failing, so that the caller can gather all that is wrong. */
  onError?: (error: Error, task: CaseTask) => void
}

/** Runs tasks over the cases of a source in parallel; results come in any order. Without `onError` the first error ends all. */
export async function runCaseTasks(source: CaseSource, tasks: readonly CaseTask[], options: CasePoolOptions): Promise<void> {
  const queue = [...tasks]
  const threads = Math.min(options.threads ?? Math.min(availableParallelism(), 8), queue.length)
  // Cases in memory would have to be copied to a thread and back.
  if (threads === 0 || source.kind === 'memory') {
    for (const task of queue) {
      options.signal?.throwIfAborted()
      await settle(() => runCaseTask(source, task), task, options)
    }
    return
  }
  const workers = Array.from({ length: threads }, () => startWorker('case-worker', { source }))
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let task = queue.shift(); task; task = queue.shift()) {
          const running = task
          await settle(() => runOnWorker(worker, running, options.signal), running, options)
        }
      }),
    )
  } finally {
    queue.length = 0
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function settle(
  run: () => Promise<LoadedCase>,
  task: CaseTask,
  { onResult, onError, signal }: CasePoolOptions,
): Promise<void> {
  try {
    onResult(await run())
  } catch (error) {
    if (!onError || signal?.aborted) throw error
    onError(error as Error, task)
  }
}

function runOnWorker(worker: Worker, task: CaseTask, signal: AbortSignal | undefined): Promise<LoadedCase> {
  return new Promise<LoadedCase>((resolve, reject) => {
    const ended = new AbortController()
    const finish = <V>(settle: (value: V) => void) => {
      return (value: V) => {
        ended.abort()
        worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit')
        settle(value)
      }
    }
    const fail = finish(reject)
    signal?.addEventListener('abort', () => fail(signal.reason), { signal: ended.signal })
    if (signal?.aborted) return fail(signal.reason)
    worker.once(
      'message',
      finish((reply: CaseReply) => {
        if ('loaded' in reply) resolve(reply.loaded)
        else reject(dataError(reply.message, { code: reply.code as DataErrorCode }))
      }),
    )
    worker.once('error', (error: Error) =>
      fail(dataError(`case ${task.id}: the loading thread failed: ${error.message}`, { cause: error })),
    )
    worker.once('exit', (code: number) => fail(dataError(`case ${task.id}: the loading thread ended early (exit code ${code})`)))
    worker.postMessage(task)
  })
}
