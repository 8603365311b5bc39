import { cpus } from 'node:os'
import { DEFINITIONS } from '@dualseg/metrics'
import Table from 'cli-table3'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { chooseList, oneInteger } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import { workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { busyProcessors } from '../speed/busy-processors'
import { atriumPair, organPair } from '../speed/metrics/mask-pairs'
import { type MetricsSpeed, type MetricsTiming, metricsJobs } from '../speed/metrics/measure-pairs'
import { readSizes } from '../speed/read-sizes'
import { busyNotice, isBusy } from '../speed/speed-table'

const WARM_UP_SECONDS = 1
const MAX_RUNS = 200

/** `bench speed metrics`: HD95 and ASD of one case, ours beside the library whose definition it is. */
export const speedMetrics: Verb = {
  definition: {
    meta: {
      name: 'speed metrics',
      description: 'Measure HD95 and ASD of one case, and medpy, MONAI or surface-distance beside them',
    },
    args: {
      peer: {
        type: 'string',
        description: `all, or a list of: ${DEFINITIONS.join(' ')}; ours alone if not given`,
        valueHint: 'names',
      },
      python: { type: 'string', description: 'A Python that has them', default: 'python3', valueHint: 'program' },
      size: { type: 'string', description: 'Volumes, beside a label of the Left Atrium', default: '112x112x80,256x256x128' },
      data: {
        type: 'string',
        description: 'Folder with the Left Atrium; else DUALSEG_DATA, else the phantom',
        valueHint: 'folder',
      },
      repeats: { type: 'string', description: 'Processes of each side, taking turns', default: '3' },
      seconds: { type: 'string', description: 'Measured time in each process', default: '3' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  lists: ['peer', 'size'],
  examples: [
    'pnpm bench speed metrics',
    'pnpm bench speed metrics --peer medpy --python peer/bin/python',
    'pnpm -s bench speed metrics --peer all --json > speed-metrics.json',
  ],
  async run(args) {
    const peers = args.peer === undefined ? undefined : chooseList('--peer', String(args.peer), DEFINITIONS)
    const repeats = oneInteger('--repeats', String(args.repeats), 1, 100)
    const seconds = oneInteger('--seconds', String(args.seconds), 1, 600)
    const sizes = readSizes('--size', String(args.size))
    const pairs = [...sizes.map(organPair), await atriumPair(args.data === undefined ? undefined : String(args.data))]
    const stamp = {
      date: new Date().toISOString().slice(0, 16).replace('T', ' '),
      processor: cpus()[0]?.model.trim() ?? 'unknown processor',
      processors: cpus().length,
      busy: await busyProcessors(),
      repeats,
    }
    if (isBusy(stamp)) console.error(busyNotice(stamp))

    const { signal, stopListening } = abortOnInterrupt()
    const timing = { warmUpSeconds: WARM_UP_SECONDS, seconds, maxRuns: MAX_RUNS }
    const results: MetricsSpeed[] = []
    const options = { peers, python: String(args.python), repeats, timing, signal }
    const errors = await workOff(metricsJobs(pairs, options, results), { stopOnError: true })
    stopListening()
    if (signal.aborted) return EXIT.interrupted
    for (const error of errors.values()) throw error
    console.log(args.json ? JSON.stringify({ ...stamp, results }, null, 2) : report(stamp, results))
    return EXIT.done
  },
}

interface Stamp {
  date: string
  processor: string
  processors: number
  busy: number
  repeats: number
}

function report(stamp: Stamp, results: readonly MetricsSpeed[]): string {
  const hasPeer = results.some(({ peer }) => peer !== undefined)
  const table = new Table({
    head: ['case', 'definition', 'HD95', 'ASD', 'ours, ms', ...(hasPeer ? ['peer, ms', 'ours is'] : [])],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { case: name, definition, hd95, asd, ours, peer, ratio } of results) {
    const beside = peer ? [milliseconds(peer), `${ratio!.toFixed(1)}x as fast`] : []
    table.push([name, definition, hd95.toFixed(4), asd.toFixed(4), milliseconds(ours), ...beside])
  }
  const { date, processor, processors, repeats } = stamp
  const versions = new Set(results.flatMap(({ ours, peer }) => [ours.version, ...(peer ? [peer.version] : [])]))
  return [
    `${date} · ${processor}, ${processors} processors · median of ${repeats} processes, taking turns`,
    ...[...versions].map((version) => `  ${version}`),
    ...(isBusy(stamp) ? [busyNotice(stamp)] : []),
    '',
    `HD95 and ASD of one case in voxels, from two arrays to the figures${hasPeer ? ', which are the same on both sides' : ''}`,
    table.toString(),
  ].join('\n')
}

function milliseconds({ seconds, range: [low, high] }: MetricsTiming): string {
  const text = (value: number) => (value * 1000).toFixed(value < 0.1 ? 1 : 0)
  return low === high ? text(seconds) : `${text(seconds)} (${text(low)}-${text(high)})`
}
