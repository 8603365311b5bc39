import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { Pair } from './find-pairs'
import type { MeasuredCase, MeasureRequest } from './measure-case'

export interface CaseRequest {
  pair: Pair
  request: MeasureRequest
}

export type CaseReply = { measured: MeasuredCase } | { failure: string }

const IS_SOURCE = import.meta.url.endsWith('.ts')
const WORKER = fileURLToPath(new URL(IS_SOURCE ? '../../dist/metrics-worker.js' : './metrics-worker.js', import.meta.url))

/**
 * Measures cases on threads, each of which reads its own files.
 *
 * @param threads at most as many as cases are used @default the processor's
 * @param onDone called after each case with how many are done
 * @returns in the order of the pairs
 * @throws if `signal` stops it
 */
export async function measureCases(
  pairs: readonly Pair[],
  request: MeasureRequest,
  {
    threads = availableParallelism(),
    signal,
    onDone,
  }: { threads?: number; signal?: AbortSignal; onDone?: (done: number) => void },
): Promise<CaseReply[]> {
  const maxThreads = Math.min(threads, pairs.length)
  // None of the process's flags: a condition that resolves imports to sources would stop a thread that runs a file.
  const pool = new Piscina<CaseRequest, CaseReply>({ filename: WORKER, minThreads: maxThreads, maxThreads, execArgv: [] })
  const stop = () => void pool.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  let done = 0
  try {
    return await Promise.all(
      pairs.map(async (pair) => {
        const reply = await pool.run({ pair, request })
        onDone?.(++done)
        return reply
      }),
    )
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.destroy()
  }
}
