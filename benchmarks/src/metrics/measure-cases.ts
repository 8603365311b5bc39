import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { dualsegError } from '@dualseg/kernels'
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
 * Without labels asked for, every case is measured for all that any of them holds: where a case lacks one on both sides, two empty masks agree,
 * and a mean over the others would be another figure.
 *
 * @param threads at most as many as cases are used @default the processor's
 * @param onDone called after each reading of a case with how many are done, and of how many
 * @returns in the order of the pairs
 * @throws if `signal` stops it, DUALSEG_DATA if no file holds a label and none was asked for
 */
export async function measureCases(
  pairs: readonly Pair[],
  request: MeasureRequest,
  {
    threads = availableParallelism(),
    signal,
    onDone,
  }: { threads?: number; signal?: AbortSignal; onDone?: (done: number, total: number) => void },
): Promise<CaseReply[]> {
  const maxThreads = Math.min(threads, pairs.length)
  // None of the process's flags: a condition that resolves imports to sources would stop a thread that runs a file.
  const pool = new Piscina<CaseRequest, CaseReply>({ filename: WORKER, minThreads: maxThreads, maxThreads, execArgv: [] })
  const stop = () => void pool.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  let [done, total] = [0, pairs.length]
  const measure = async (pair: Pair, asked: MeasureRequest) => {
    const reply = await pool.run({ pair, request: asked })
    onDone?.(++done, total)
    return reply
  }
  try {
    const replies = await Promise.all(pairs.map((pair) => measure(pair, request)))
    const measured = replies.flatMap((reply) => ('measured' in reply ? [reply.measured] : []))
    if (request.labels !== undefined || measured.length < pairs.length) return replies
    const labels = [...new Set(measured.flatMap(labelsOf))]
    if (labels.length === 0) throw noLabel(pairs)
    const lacking = measured.map((one) => labels.filter((label) => !labelsOf(one).includes(label)))
    total += lacking.filter(({ length }) => length > 0).length
    return await Promise.all(
      measured.map(async (one, k) => {
        if (lacking[k]!.length === 0) return { measured: one }
        return together(one, await measure(pairs[k]!, { ...request, labels: lacking[k]! }))
      }),
    )
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.destroy()
  }
}

function labelsOf({ results }: MeasuredCase): number[] {
  return results.map(({ label }) => label)
}

/** A case with the labels that both of its maps lack. */
function together(one: MeasuredCase, more: CaseReply): CaseReply {
  if ('failure' in more) return more
  return { measured: { ...one, results: [...one.results, ...more.measured.results].sort((a, b) => a.label - b.label) } }
}

function noLabel(pairs: readonly Pair[]): Error {
  const [{ prediction, reference }, ...others] = pairs as [Pair, ...Pair[]]
  const more = others.length === 0 ? '' : ` and ${others.length} more pairs`
  return dualsegError(
    'DUALSEG_DATA',
    `bench metrics: ${prediction}, ${reference}${more} hold no label at all; name with --labels which ones they should be scored for`,
  )
}
