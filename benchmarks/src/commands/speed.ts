import { availableParallelism, cpus, totalmem } from 'node:os'
import { dualsegError } from '@dualseg/kernels'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { choose, chooseIntegers, chooseList } from '../command-line/choose'
import { NUMERIC_ARGUMENTS, type NumericOptions, numericOptions } from '../command-line/engine-arguments'
import { EXIT } from '../command-line/exit-codes'
import { workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { PROFILES } from '../grid/profiles'
import { busyProcessors } from '../speed/busy-processors'
import { ratio, type SpeedResult } from '../speed/collect'
import { inferenceVolume } from '../speed/inference-volume'
import { KINDS, measurements } from '../speed/measurements'
import { readSizes } from '../speed/read-sizes'
import { STEPS } from '../speed/request'
import { canAnswer, interleavedJobs, type SpeedFailure } from '../speed/run-interleaved'
import { busyNotice, isBusy, type SpeedStamp, speedReport } from '../speed/speed-table'
import { engineSubject, PEER_WAYS, peerSubject, probe, type Subject } from '../speed/subject'

const PEERS = ['pytorch'] as const
/** Long enough for clocks to rise and code to be compiled, short enough to be repeated. */
const WARM_UP_SECONDS = 1
const MEASURED_SECONDS = 4
/** A size's convolutions are some thirty measurements in one process. */
const CONVOLUTION_SECONDS = 0.4
const MAX_RUNS = 50

/** `bench speed`: what computes how fast here, beside the peer on the same machine. */
export const speed: Verb = {
  definition: {
    meta: {
      name: 'speed',
      description:
        'Measure engines, and PyTorch beside them: convolutions, training steps and their kernels, inference; what a run adds to its steps',
    },
    args: {
      engine: { type: 'string', description: 'auto, or a list of engines', default: 'auto', valueHint: 'names' },
      peer: { type: 'string', description: 'pytorch: measured in turn, as the authors run it and in channels-last layout' },
      python: { type: 'string', description: 'A Python that has torch', default: 'python3', valueHint: 'program' },
      what: { type: 'string', description: `all, or a list of: ${KINDS.join(' ')}`, default: 'all', valueHint: 'names' },
      method: { type: 'string', description: `Steps: all, or a list of: ${STEPS.join(' ')}`, default: 'all', valueHint: 'names' },
      size: {
        type: 'string',
        description: 'Patches of steps and convolutions, multiples of 16',
        default: '32x32x32,64x64x48,112x112x80',
      },
      profile: {
        type: 'string',
        description: 'Of sliding windows, and of runs whose harness is measured: quick, half, full',
        default: 'half',
      },
      augment: { type: 'string', description: 'Of runs whose harness is measured: none, flips, strong', default: 'none' },
      windows: {
        type: 'string',
        description: 'The most windows of a sliding window; all of a volume if not given',
        valueHint: 'number',
      },
      filters: {
        type: 'string',
        description: "Channels of the networks' first stage; 16, or the profile's",
        valueHint: 'number',
      },
      repeats: { type: 'string', description: 'Processes of each engine and of the peer, taking turns', default: '3' },
      seconds: { type: 'string', description: 'Measured time in each process', default: String(MEASURED_SECONDS) },
      threads: { type: 'string', description: "All of the machine's if not given; the same for engines and peer" },
      ...NUMERIC_ARGUMENTS,
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: [
    'pnpm bench speed --what step --method vnet --size 64x64x48',
    'pnpm bench speed --what kernels --method vnet --size 64x64x48 --repeats 1',
    'pnpm bench speed --peer pytorch --python ~/torch/bin/python',
    'pnpm bench speed --what inference --profile half,full --peer pytorch',
    'pnpm bench speed --what harness --method vnet,dualnet --profile quick',
    'pnpm bench speed --what harness --method vnet --profile half --augment strong',
    'pnpm bench speed --what inference --profile full --windows 4 --repeats 3 --peer pytorch',
    'pnpm -s bench speed --peer pytorch --json > speed.json',
  ],
  run: benchSpeed,
}

async function benchSpeed(args: Record<string, unknown>): Promise<number> {
  const text = (option: string) => (args[option] === undefined ? undefined : String(args[option]))
  const number = (option: string, high: number) => {
    const given = text(option)
    return given === undefined ? undefined : onlyOne(`--${option}`, chooseIntegers(`--${option}`, given, 1, high))
  }
  const filters = number('filters', 64)
  const windows = number('windows', 10_000)
  const augment = choose('--augment', text('augment')!, ['none', 'flips', 'strong'] as const)
  const kinds = chooseList('--what', text('what')!, KINDS)
  const volume = kinds.includes('inference') ? await inferenceVolume() : undefined
  const plan = measurements({
    kinds,
    steps: chooseList('--method', text('method')!, STEPS),
    sizes: readSizes('--size', text('size')!),
    profiles: chooseList('--profile', text('profile')!, PROFILE_NAMES).map((name) => PROFILES[name]),
    ...(volume && { volume: volume.size }),
    ...(windows !== undefined && { windows }),
    ...(augment !== 'none' && { augment }),
    ...(filters !== undefined && { filters }),
  })
  const repeats = number('repeats', 100)!
  const threads = number('threads', 256) ?? availableParallelism()
  const measured = number('seconds', 600)!
  const busy = await busyProcessors()
  const engines = { names: text('engine')!, numerics: numericOptions(args) }
  const { subjects, stamps } = await openSubjects(engines, text('peer'), text('python')!, threads)

  if (kinds.length === 1 && kinds[0] === 'kernels' && !subjects.some((subject) => canAnswer(subject, { kind: 'kernels' })))
    throw dualsegError(
      'DUALSEG_USAGE',
      `--what kernels: of the wasm engine alone, not of ${subjects.map(({ name }) => name).join(', ')}; take --engine wasm`,
    )

  const processors = cpus()
  const stamp: SpeedStamp = {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    processors: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    busy,
    threads,
    repeats,
    ...(volume && { volume: `${volume.size.join('x')}, ${volume.origin}` }),
    subjects: stamps,
  }
  if (isBusy(stamp)) console.error(busyNotice(stamp))

  const results: SpeedResult[] = []
  const failures: SpeedFailure[] = []
  const { signal, stopListening } = abortOnInterrupt()
  const jobs = plan.flatMap((measurement) => {
    const isConvolution = measurement.kind === 'convolution'
    const timing = {
      warmUpSeconds: isConvolution ? CONVOLUTION_SECONDS / 2 : Math.min(WARM_UP_SECONDS, measured),
      seconds: isConvolution ? Math.min(CONVOLUTION_SECONDS, measured) : measured,
      maxRuns: MAX_RUNS,
    }
    const options = { repeats, threads, timing, signal }
    return interleavedJobs([measurement], subjects, options, { results, failures })
  })
  const errors = await workOff(jobs, { stopOnError: false })
  stopListening()
  for (const error of errors.values()) throw error

  console.log(args.json ? JSON.stringify(asJson(stamp, results, failures), null, 2) : speedReport(stamp, results, failures))
  if (signal.aborted) return EXIT.interrupted
  return failures.length > 0 ? EXIT.runFailed : EXIT.done
}

type ProfileName = keyof typeof PROFILES
const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[]

function onlyOne(option: string, values: readonly number[]): number {
  if (values.length !== 1) throw dualsegError('DUALSEG_USAGE', `${option} ${values.join(',')}: give one number`)
  return values[0]!
}

/** Asks everybody first: what is missing is said before anything is measured. */
async function openSubjects(
  engines: { names: string; numerics: NumericOptions },
  peer: string | undefined,
  python: string,
  threads: number,
): Promise<{ subjects: Subject[]; stamps: SpeedStamp['subjects'] }> {
  const names = [...new Set(engines.names.split(',').map((name) => name.trim()))]
  const asked = names.map((name) => engineSubject(name, engines.numerics))
  if (peer !== undefined) {
    choose('--peer', peer, PEERS)
    const { device } = engines.numerics
    const ways = device.startsWith('cuda') ? { ...PEER_WAYS.cuda } : { ...PEER_WAYS.cpu }
    for (const [name, way] of Object.entries(ways))
      asked.push(peerSubject(name, python, device === 'auto' ? way : { ...way, device }))
  }
  const subjects: Subject[] = []
  const stamps: SpeedStamp['subjects'][number][] = []
  for (const one of asked) {
    const found = await probe(one, threads)
    // `auto` becomes what it found, once.
    const subject = one.role === 'engine' ? engineSubject(found.name, engines.numerics) : one
    if (subjects.some(({ name }) => name === subject.name)) continue
    subjects.push(subject)
    stamps.push({
      name: subject.name,
      role: subject.role,
      version: found.version,
      threads: found.threads,
      restBytes: found.peakBytes,
    })
  }
  return { subjects, stamps }
}

/** The stamp, every figure, and beside each figure of ours its ratios to the peer. */
function asJson(stamp: SpeedStamp, results: readonly SpeedResult[], failures: readonly SpeedFailure[]) {
  const peers = new Set(stamp.subjects.filter(({ role }) => role === 'peer').map(({ name }) => name))
  const withRatios = results.map((result) => {
    if (peers.has(result.subject)) return result
    const same = results.filter(
      (other) =>
        peers.has(other.subject) && (['kind', 'size', 'item', 'pass'] as const).every((key) => other[key] === result[key]),
    )
    return same.length === 0
      ? result
      : { ...result, to: Object.fromEntries(same.map((other) => [other.subject, ratio(result, other)])) }
  })
  return { ...stamp, results: withRatios, failures }
}
