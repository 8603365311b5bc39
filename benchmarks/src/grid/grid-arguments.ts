import { resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { AUTHORS_PROTOCOL, COMMON_PROTOCOL, ENGINE_NAMES, methodNamed, twinOf } from '@dualseg/trainer'
import { choose, chooseIntegers, oneInteger } from '../command-line/choose'
import { chooseMethods, METHOD_LIST } from '../command-line/choose-methods'
import { NUMERIC_ARGUMENTS, numericOptions } from '../command-line/engine-arguments'
import { readAddress } from '../command-line/read-address'
import type { ReadArguments } from '../command-line/read-arguments'
import { readSwitches } from '../command-line/switches'
import { chooseEngine } from '../engines/open-engine'
import type { Arm } from './arm'
import { AUGMENT_ARGUMENTS, readAugmentation } from './augment-arguments'
import type { GridDataset } from './grid-dataset'
import { labelledCasesArgument, readCounts, readLabelledCases } from './labelled-cases'
import type { GridRequest } from './plan-grid'
import { PROFILE_NAMES, withIterations } from './profiles'
import { hasSeveralCounts, onlyTask, requestsOf, runsAsked, type WorkOrder } from './work-order'

const PROTOCOL_NAMES = ['common', 'authors'] as const
const MAX_SEED = 2 ** 32 - 1

/** What was asked for on the command line. */
export interface GridCommand {
  readonly order: WorkOrder
  /** Runs side by side, at most. */
  readonly jobs: number
  /** Engine threads of one run. */
  readonly threads?: number
  /** The plan, the table of what is finished, or the runs. */
  readonly wanted: 'plan' | 'table' | 'runs'
  readonly json: boolean
  /** Where missing scans are fetched from, if not from where their description says. */
  readonly from?: string
}

/** The options of every command that does a grid. */
export function gridArguments(dataset: GridDataset) {
  return {
    fold: { type: 'string', description: `all, or a list of 0-${dataset.folds - 1}`, default: '0', valueHint: 'numbers' },
    seed: { type: 'string', description: 'One or more seeds', default: '1', valueHint: 'numbers' },
    profile: {
      type: 'string',
      description: 'quick (minutes), half (hours), full (the published size)',
      default: dataset.usualProfile,
    },
    protocol: { type: 'string', description: "common (identical settings) or authors (each method's own)", default: 'common' },
    ...AUGMENT_ARGUMENTS,
    labelled: {
      type: 'string',
      description:
        'How many training cases have labels, or several such numbers; all: the upper bound, for methods and twins that take no others',
      default: String(dataset.labelled),
    },
    'labelled-cases': labelledCasesArgument(dataset.labelledCases),
    iterations: { type: 'string', description: "Training steps; the profile's if not given", valueHint: 'number' },
    predictions: {
      type: 'boolean',
      description: "Keep the test cases' masks in the runs' folders; finished runs make them from their weights",
      default: false,
    },
    'test-every': {
      type: 'string',
      description: 'Test after every so many steps as well: what picking a checkpoint by test cases would have added',
      valueHint: 'number',
    },
    jobs: {
      type: 'string',
      description: 'Runs side by side, at most: within memory and cores',
      default: '1',
      valueHint: 'number',
    },
    engine: { type: 'string', description: `auto, or one of: ${ENGINE_NAMES.join(' ')}`, default: 'auto' },
    threads: { type: 'string', description: "The engine's threads in one run; all of the machine's, divided, if not given" },
    ...NUMERIC_ARGUMENTS,
    data: { type: 'string', description: dataset.places, valueHint: 'folder' },
    ...(dataset.fetchMissing && {
      from: {
        type: 'string' as const,
        description: 'Another place of the archive that is fetched where the scans are missing',
        valueHint: 'url',
      },
    }),
    runs: {
      type: 'string',
      description: 'Folder for runs; begun ones go on, finished ones are not repeated',
      default: 'runs',
      valueHint: 'folder',
    },
    task: { type: 'string', description: 'Only the n-th run of the grid, from 0: what a cluster task does', valueHint: 'n' },
    'dry-run': { type: 'boolean', description: 'Print the plan and stop', default: false },
    table: { type: 'boolean', description: 'Start nothing: print the table of the runs that are finished', default: false },
    json: { type: 'boolean', description: 'Print the result as one JSON object', default: false },
  } as const
}

/** The options that choose methods. */
export const METHOD_ARGUMENTS = {
  method: { type: 'string', description: METHOD_LIST, default: 'seed', valueHint: 'names' },
  twins: {
    type: 'boolean',
    description: 'Beside every method its supervised twin: what it is without unlabelled scans; on unless it is quick',
  },
  without: { type: 'string', description: "Switch off parts of the method, e.g. dualnet's uncertainty,regularisation" },
} as const

/** The methods asked for, each without the parts asked for, and behind each its supervised twin, if that is not there yet. */
export function readArms(args: ReadArguments): Arm[] {
  const methods = chooseMethods(String(args.method)).map(methodNamed)
  const without = args.without === undefined ? [] : readSwitches(String(args.without), methods)
  const protocol = choose('--protocol', String(args.protocol), PROTOCOL_NAMES)
  const isTwinned = args.twins ?? args.profile !== 'quick'
  const arms = new Map<string, Arm>()
  for (const method of methods) {
    arms.set(method.name, { method: method.name, without })
    const twin = isTwinned ? twinOf(method, protocol) : undefined
    // Nothing that can be switched off is a part of it.
    if (twin !== undefined && !arms.has(twin.name)) arms.set(twin.name, { method: twin.name, without: [] })
  }
  return [...arms.values()]
}

export function readGridCommand(dataset: GridDataset, arms: readonly Arm[], args: ReadArguments): GridCommand {
  const profile = choose('--profile', String(args.profile), PROFILE_NAMES)
  const protocol = choose('--protocol', String(args.protocol), PROTOCOL_NAMES)
  const fold = String(args.fold)
  const last = dataset.folds - 1
  const counts = readCounts(String(args.labelled))
  const request: GridRequest = {
    arms,
    folds: fold === 'all' ? Array.from({ length: dataset.folds }, (_, k) => k) : chooseIntegers('--fold', fold, 0, last),
    seeds: chooseIntegers('--seed', String(args.seed), 0, MAX_SEED),
    profile: withIterations(dataset.profile(profile), args.iterations as string | undefined),
    protocol: {
      ...(protocol === 'common' ? COMMON_PROTOCOL : AUTHORS_PROTOCOL),
      ...readAugmentation(args, protocol, dataset.mirrorAxes),
      ...readLabelledCases(args),
    },
    ...(dataset.mirrorAxes.length < 3 && { mirrorAxes: dataset.mirrorAxes }),
    labelled: counts[0]!,
    runs: resolve(String(args.runs)),
    predictions: args.predictions === true,
    ...(args['test-every'] !== undefined && { testEvery: oneInteger('--test-every', String(args['test-every']), 1, 1_000_000) }),
  }
  if (args.table && args['dry-run']) throw dualsegError('DUALSEG_USAGE', '--table and --dry-run: choose one of them.')
  if (args.table && args.predictions)
    throw dualsegError(
      'DUALSEG_USAGE',
      '--table starts nothing, so that it keeps no masks; leave out one of --table and --predictions.',
    )
  const all = { request, counts }
  const asked =
    args.task === undefined
      ? hasSeveralCounts(all)
        ? all
        : { request: requestsOf(all)[0]! }
      : { request: onlyTask(all, oneInteger('--task', String(args.task), 0, runsAsked(all) - 1)) }
  return {
    order: {
      ...asked,
      dataset: dataset.reference,
      ...(args.data !== undefined && { data: resolve(String(args.data)) }),
      engine: chooseEngine(String(args.engine)),
      engineOptions: numericOptions(args),
    },
    jobs: oneInteger('--jobs', String(args.jobs), 1, 1024),
    ...(args.threads !== undefined && { threads: oneInteger('--threads', String(args.threads), 1, 256) }),
    wanted: args.table ? 'table' : args['dry-run'] ? 'plan' : 'runs',
    json: args.json === true,
    ...(args.from !== undefined && { from: readAddress('--from', String(args.from)) }),
  }
}
