import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { dualsegError, type ErrorCode } from '@dualseg/kernels'
import type { EngineArguments } from '../command-line/engine-arguments'
import { noModule, noPython } from './peer-missing'
import { peerProgram } from './peer-program'
import { type Measurement, type Reply, type Request, replySchema } from './request'

/** Something that is measured: an engine of ours, or the peer in one of its ways. */
export interface Subject {
  readonly name: string
  readonly role: 'engine' | 'peer'
  /** Runs one measurement in a process of its own. */
  measure(request: Request, options?: { signal?: AbortSignal }): Promise<Reply>
}

const IS_SOURCE = import.meta.url.endsWith('.ts')
const WORKER = fileURLToPath(new URL(IS_SOURCE ? '../../dist/speed-worker.js' : './speed-worker.js', import.meta.url))
/** Flags of this process (V8's decide what WebAssembly may use) hold for its workers; not those of a test runner. */
const NODE_FLAGS = IS_SOURCE ? [] : process.execArgv
/** Room for what libraries print besides the answer. */
const MAX_OUTPUT = 16 * 2 ** 20

/** An engine of ours, in Node. */
export function engineSubject(name: string, numerics: EngineArguments): Subject {
  return {
    name,
    role: 'engine',
    async measure(request, options) {
      const args = [...NODE_FLAGS, WORKER, name, JSON.stringify(numerics), JSON.stringify(request)]
      const { output, failure } = await runProcess(process.execPath, args, request.threads, options?.signal)
      const reply = readReply(output)
      if (reply === undefined) throw died(`${name} engine`, failure)
      if ('error' in reply) throw dualsegError((reply.error.code ?? 'DUALSEG_VALUE') as ErrorCode, reply.error.message)
      return reply
    },
  }
}

/** The ways in which PyTorch is measured: as the authors run it, and in the layout that suits CPUs; on a card in plain float32, and with its own default. */
export const PEER_WAYS = {
  cpu: { pytorch: { memoryFormat: 'contiguous_format' }, 'pytorch channels last': { memoryFormat: 'channels_last_3d' } },
  cuda: { pytorch: { tf32: false }, 'pytorch TF32': { tf32: true } },
} as const

export interface PeerWay {
  readonly memoryFormat?: 'contiguous_format' | 'channels_last_3d'
  readonly device?: string
  readonly tf32?: boolean
}

/**
 * PyTorch, by our script on the user's own Python.
 *
 * @throws DUALSEG_ENGINE_MISSING from `measure` if there is no such Python, or it has no torch that loads
 */
export function peerSubject(name: string, python: string, way: PeerWay): Subject {
  const peer = { command: 'bench speed', name: 'pytorch', packages: ['torch'], python }
  const program = peerProgram('pytorch_peer.py')
  return {
    name,
    role: 'peer',
    async measure(request, options) {
      const asked = JSON.stringify({ ...request, ...way })
      const { output, failure } = await runProcess(python, [program, asked], request.threads, options?.signal)
      if (isNoProgram(failure)) throw noPython(peer)
      const reply = readReply(output)
      if (reply === undefined) throw died(`${name} (${python})`, failure)
      if (!('error' in reply)) return reply
      throw reply.error.code === 'TORCH_MISSING' ? noModule(peer, reply.error.message, reply.python) : died(name, failure)
    },
  }
}

/** What a subject says of itself without measuring anything; its peak is what its program takes at rest. */
export function probe(subject: Subject, threads: number): Promise<Reply> {
  return subject.measure({ kind: 'probe', threads, timing: { warmUpSeconds: 0, seconds: 0, maxRuns: 1 } })
}

/** `64x64x48 mcf` and the like. */
export function describeMeasurement(measurement: Measurement): string {
  switch (measurement.kind) {
    case 'probe':
      return 'probe'
    case 'convolution':
      return `convolutions ${measurement.size.join('x')}`
    case 'step':
      return `step ${measurement.step} ${measurement.size.join('x')}`
    case 'kernels':
      return `kernels of step ${measurement.step} ${measurement.size.join('x')}`
    case 'inference':
      return `inference ${measurement.item} ${measurement.profile}`
    case 'harness':
      return `run of ${measurement.step} ${measurement.profile.name}${measurement.augment === undefined ? '' : `, augment ${measurement.augment}`}`
  }
}

/** Nothing was started: the path leads nowhere, or to a folder, or to a file that is no program. */
export function isNoProgram(failure: Error | undefined): boolean {
  return (failure as NodeJS.ErrnoException | undefined)?.syscall?.startsWith('spawn') === true
}

interface Failure extends Error {
  signal?: NodeJS.Signals | null
  stderr?: string
}

function died(who: string, failure: Failure | undefined): Error {
  const lines = (failure?.stderr ?? '').trim().split('\n')
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)
  const why = failure?.signal ? `ended by ${failure.signal}, perhaps for want of memory` : said || 'said nothing'
  return dualsegError('DUALSEG_VALUE', `bench speed: the process of ${who} gave no result: ${why}`, { cause: failure })
}

export function runProcess(
  file: string,
  args: readonly string[],
  threads: number,
  signal: AbortSignal | undefined,
): Promise<{ output: string; failure?: Failure }> {
  // Libraries that open their own pools read these before anything can tell them otherwise.
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) }
  return new Promise((resolve) => {
    execFile(file, args, { env, maxBuffer: MAX_OUTPUT, ...(signal && { signal }) }, (failure, stdout, stderr) => {
      resolve({ output: stdout, ...(failure && { failure: Object.assign(failure, { stderr }) }) })
    })
  })
}

function readReply(output: string) {
  const line = output.trim().split('\n').at(-1)
  if (!line?.startsWith('{')) return undefined
  return replySchema.parse(JSON.parse(line))
}
