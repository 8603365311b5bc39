import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dualsegError } from '@dualseg/kernels'
import type { Definition } from '@dualseg/metrics'
import { max, median, min } from 'simple-statistics'
import type { Job } from '../../command-line/progress'
import { noModule, noPython, type Peer } from '../peer-missing'
import { peerProgram } from '../peer-program'
import type { Timing } from '../request'
import { isNoProgram, runProcess } from '../subject'
import type { MaskPair } from './mask-pairs'
import { type MetricsReply, type MetricsRequest, metricsReplySchema } from './request'

const IS_SOURCE = import.meta.url.endsWith('.ts')
const WORKER = fileURLToPath(
  new URL(IS_SOURCE ? '../../../dist/metrics-speed-worker.js' : './metrics-speed-worker.js', import.meta.url),
)

/** MONAI computes in single precision. */
const SAME: Record<Definition, number> = { medpy: 1e-12, monai: 1e-6, deepmind: 1e-12 }

export interface MetricsTiming {
  /** Median over the processes of each one's median. */
  seconds: number
  /** Fastest and slowest process. */
  range: [number, number]
  version: string
}

/** One case under one definition; `peer` is absent if only ours was asked for. */
export interface MetricsSpeed {
  case: string
  definition: Definition
  hd95: number
  asd: number
  ours: MetricsTiming
  peer?: MetricsTiming
  /** How many times as fast ours is. */
  ratio?: number
}

export interface MetricsSpeedOptions {
  /** Whose library is measured beside ours; undefined for nobody's. */
  peers: readonly Definition[] | undefined
  python: string
  repeats: number
  timing: Timing
  signal: AbortSignal
}

/**
 * A job a case and definition: ours and the peer take turns, each in a process of its own. The figures must be the same, or there is nothing to
 * compare the speed of.
 */
export function metricsJobs(pairs: readonly MaskPair[], options: MetricsSpeedOptions, results: MetricsSpeed[]): Job[] {
  const { peers, python, repeats, timing, signal } = options
  const peerFile = peers && peerProgram('metrics_peer.py')
  return pairs.flatMap((pair) =>
    (peers ?? (['medpy'] as const)).map((definition) => ({
      title: `${pair.name}, ${definition}`,
      run: (report) =>
        withFiles(pair, async (files) => {
          const request: MetricsRequest = { definition, size: pair.reference.size, ...files, timing }
          const replies: { ours: MetricsReply[]; peer: MetricsReply[] } = { ours: [], peer: [] }
          for (let turn = 0; turn < repeats; turn++) {
            report(`turn ${turn + 1} of ${repeats}`)
            replies.ours.push(await ask(process.execPath, WORKER, request, signal))
            if (peerFile) replies.peer.push(await ask(python, peerFile, request, signal))
          }
          const [ours, peer] = [summary(replies.ours), peers && summary(replies.peer)]
          const { hd95, asd } = replies.ours[0]!
          if (peer) expectSame(pair.name, definition, replies.ours[0]!, replies.peer[0]!)
          results.push({
            case: pair.name,
            definition,
            hd95,
            asd,
            ours,
            ...(peer && { peer, ratio: peer.seconds / ours.seconds }),
          })
          return peer && `${(peer.seconds / ours.seconds).toFixed(1)}x`
        }),
    })),
  )
}

function summary(replies: readonly MetricsReply[]): MetricsTiming {
  const medians = replies.map(({ seconds }) => median(seconds))
  return { seconds: median(medians), range: [min(medians), max(medians)], version: replies[0]!.version }
}

function expectSame(name: string, definition: Definition, ours: MetricsReply, peer: MetricsReply): void {
  for (const measure of ['hd95', 'asd'] as const) {
    if (Math.abs(ours[measure] - peer[measure]) <= SAME[definition] * Math.max(1, Math.abs(peer[measure]))) continue
    throw dualsegError(
      'DUALSEG_VALUE',
      `bench speed metrics: ${name}, ${definition}: ${measure} is ${ours[measure]} here and ${peer[measure]} by ${peer.version}; the speeds cannot be compared`,
    )
  }
}

async function withFiles<T>(pair: MaskPair, use: (files: { prediction: string; reference: string }) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dualseg-speed-metrics-'))
  try {
    const files = { prediction: join(folder, 'prediction.raw'), reference: join(folder, 'reference.raw') }
    await writeFile(files.prediction, pair.prediction.data)
    await writeFile(files.reference, pair.reference.data)
    return await use(files)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function ask(program: string, script: string, request: MetricsRequest, signal: AbortSignal): Promise<MetricsReply> {
  const { output, failure } = await runProcess(program, [script, JSON.stringify(request)], 1, signal)
  signal.throwIfAborted()
  if (isNoProgram(failure)) throw noPython(peerOf(request.definition, program))
  const line = output.trim().split('\n').at(-1)
  if (!line?.startsWith('{')) {
    const said = (failure as { stderr?: string } | undefined)?.stderr?.trim().split('\n').at(-1)
    throw dualsegError('DUALSEG_VALUE', `bench speed metrics: ${program} gave no result: ${said ?? 'said nothing'}`, {
      cause: failure,
    })
  }
  const reply = metricsReplySchema.parse(JSON.parse(line))
  if (!('error' in reply)) return reply
  if (reply.error.code === 'PEER_MISSING') throw noModule(peerOf(request.definition, program), reply.error.message, reply.python)
  throw dualsegError('DUALSEG_VALUE', `bench speed metrics: ${program}: ${reply.error.message}`)
}

function peerOf(definition: Definition, python: string): Peer {
  const packages = { medpy: ['medpy'], monai: ['monai', 'torch', 'scipy'], deepmind: ['surface-distance', 'scipy'] }[definition]
  return { command: 'bench speed metrics', name: definition, packages, python }
}
