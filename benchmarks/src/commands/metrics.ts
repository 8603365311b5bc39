import { dualsegError } from '@dualseg/kernels'
import { DEFINITIONS, EMPTY_POLICIES, type EmptyPolicy } from '@dualseg/metrics'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { choose, chooseIntegers, chooseList, oneInteger } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import { noteLines } from '../command-line/note-lines'
import { worked, workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { findPairs } from '../metrics/find-pairs'
import type { MeasuredCase, MeasureRequest } from '../metrics/measure-case'
import { type CaseReply, measureCases } from '../metrics/measure-cases'
import { metricsCsv } from '../metrics/metrics-csv'
import { metricsTable } from '../metrics/metrics-table'
import { summariseCases } from '../metrics/summarise-cases'

const POLICIES = EMPTY_POLICIES.filter((policy) => policy !== 'error')

/** `bench metrics <prediction> <reference>`: overlap and surface distances of files, by whose definition you name. */
export const metrics: Verb = {
  definition: {
    meta: {
      name: 'metrics',
      description: 'Score label maps in files: Dice, HD95, ASD and more, as medpy, MONAI or DeepMind have it',
    },
    args: {
      prediction: {
        type: 'positional',
        description: 'A file (.nii .nii.gz .nrrd .nhdr .mha .mhd .h5) or a folder of them',
        required: true,
        valueHint: 'file',
      },
      reference: {
        type: 'positional',
        description: 'The file to compare with, or a folder with files of the same names',
        required: true,
        valueHint: 'file',
      },
      definition: {
        type: 'string',
        description: `all, or a list of: ${DEFINITIONS.join(' ')}`,
        default: 'medpy',
        valueHint: 'names',
      },
      empty: {
        type: 'string',
        description: `What empty masks score: ${POLICIES.join(' ')}`,
        default: 'exclude',
        valueHint: 'policy',
      },
      spacing: { type: 'string', description: "Voxel edges in x,y,z, or voxel; the files' own if not given", valueHint: 'x,y,z' },
      tolerance: { type: 'string', description: 'Also the normalised surface Dice at this distance', valueHint: 'distance' },
      labels: {
        type: 'string',
        description: 'Labels to score, in every case; all that any file holds if not given',
        valueHint: 'numbers',
      },
      'as-stored': {
        type: 'boolean',
        description: 'Compare voxel by voxel, whatever the headers say of their places',
        default: false,
      },
      dataset: { type: 'string', description: 'Dataset of HDF5 files', default: 'label', valueHint: 'name' },
      threads: {
        type: 'string',
        description: "Threads for several cases; all of the machine's if not given",
        valueHint: 'number',
      },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
      csv: { type: 'boolean', description: 'Print CSV', default: false },
    },
  },
  lists: ['definition', 'labels'],
  examples: [
    'pnpm bench metrics prediction.nii.gz label.nii.gz',
    'pnpm bench metrics prediction.nii.gz label.nii.gz --definition all --tolerance 2',
    'pnpm bench metrics predictions/ labels/ --spacing voxel --empty zero',
    'pnpm -s bench metrics predictions/ labels/ --csv > metrics.csv',
  ],
  async run(args) {
    if (args.json && args.csv) throw dualsegError('DUALSEG_USAGE', 'bench metrics: --json and --csv; give one of them')
    const request = readRequest(args)
    const threads = args.threads === undefined ? undefined : oneInteger('--threads', String(args.threads), 1, 256)
    const pairs = await findPairs(String(args.prediction), String(args.reference))

    const { signal, stopListening } = abortOnInterrupt()
    let replies: CaseReply[] = []
    const began = performance.now()
    const measuring = {
      title: `metrics of ${pairs.length} ${pairs.length === 1 ? 'case' : 'cases'}`,
      run: async (report: (line: string) => void) => {
        const onDone = (done: number, total: number) => report(worked(done, total, began))
        try {
          replies = await measureCases(pairs, request, {
            ...(threads !== undefined && { threads }),
            signal,
            onDone,
          })
          refuseFailures(pairs, replies)
          return undefined
        } catch (error) {
          if (signal.aborted) return 'not done'
          throw error
        }
      },
    }
    const errors = await workOff([measuring], { stopOnError: true })
    stopListening()
    if (signal.aborted) return EXIT.interrupted
    for (const error of errors.values()) throw error

    const cases = replies.flatMap((reply) => ('measured' in reply ? [reply.measured] : []))
    for (const label of labelsOfNoFile(cases)) console.error(`--labels ${label}: no file has this value; look for another number`)
    for (const line of noteLines(cases.map(({ id, notes }) => ({ name: id, notes })))) console.error(line)
    console.log(args.json ? asJson(cases, request) : args.csv ? metricsCsv(cases) : metricsTable(cases, request))
    return EXIT.done
  },
}

/** A mean over the cases that happened to work would be another figure. */
function refuseFailures(pairs: readonly { readonly id: string }[], replies: readonly CaseReply[]): void {
  const failures = replies.flatMap((reply, k) => ('failure' in reply ? [`${pairs[k]!.id}: ${reply.failure}`] : []))
  if (failures.length === 0) return
  throw dualsegError(
    'DUALSEG_DATA',
    `bench metrics: ${failures.length} of ${pairs.length} cannot be scored\n${failures.join('\n')}`,
  )
}

function readRequest(args: Record<string, unknown>): MeasureRequest {
  const text = (option: string) => (args[option] === undefined ? undefined : String(args[option]))
  const [spacing, tolerance, labels] = [text('spacing'), text('tolerance'), text('labels')]
  return {
    definitions: chooseList('--definition', text('definition')!, DEFINITIONS),
    empty: choose<EmptyPolicy>('--empty', text('empty')!, POLICIES),
    asStored: args['as-stored'] === true,
    dataset: text('dataset')!,
    ...(spacing !== undefined && { spacing: readSpacing(spacing) }),
    ...(tolerance !== undefined && { tolerance: readLength('--tolerance', tolerance, true) }),
    ...(labels !== undefined && { labels: chooseIntegers('--labels', labels, 1, 2 ** 31 - 1) }),
  }
}

function readSpacing(value: string): number[] | 'voxel' {
  if (value === 'voxel') return value
  const edges = value.split(',').map((edge) => readLength('--spacing', edge.trim(), false))
  if (edges.length !== 3)
    throw dualsegError('DUALSEG_USAGE', `--spacing ${value}: three lengths as in 0.5,0.5,2 were expected, or voxel`)
  return edges
}

function readLength(option: string, value: string, mayBeZero: boolean): number {
  const length = value === '' ? Number.NaN : Number(value)
  if (Number.isFinite(length) && (length > 0 || (mayBeZero && length === 0))) return length
  throw dualsegError('DUALSEG_USAGE', `${option} ${value}: not a length ${mayBeZero ? 'from 0' : 'above 0'}`)
}

/** NaN, which JSON has not, becomes null. */
function asJson(cases: readonly MeasuredCase[], request: MeasureRequest): string {
  return JSON.stringify({ ...request, cases, summary: summariseCases(cases) }, null, 2)
}

/** Labels that were asked for and that are empty on both sides of every pair: a perfect score of nothing. */
function labelsOfNoFile(cases: readonly MeasuredCase[]): number[] {
  const results = cases.flatMap((one) => one.results)
  const found = new Set(results.filter((one) => !(one.emptyPrediction && one.emptyReference)).map(({ label }) => label))
  return [...new Set(results.map(({ label }) => label))].filter((label) => !found.has(label))
}
