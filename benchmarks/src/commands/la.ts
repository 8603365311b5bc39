import { resolve } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore, type Dataset, verifyLa } from '@dualseg/data/node'
import {
  AUTHORS_PROTOCOL,
  COMMON_PROTOCOL,
  methods as knownMethods,
  methodNamed,
  type RunOutcome,
  type RunPlan,
  trainRun,
} from '@dualseg/trainer'
import { choose, chooseIntegers, chooseList, oneInteger } from '../choose'
import { NUMERIC_ARGUMENTS, numericOptions } from '../engine-arguments'
import { estimatePlan, type PlanEstimate } from '../estimate'
import { EXIT } from '../exit-codes'
import { casesOf, type GridRequest, planGrid } from '../grid'
import { locateLa, NO_DATA_NOTICE } from '../locate-la'
import { chooseEngine, openEngine, type UsedEngine } from '../open-engine'
import { PROFILES, withIterations } from '../profiles'
import { duration, type Job, termsLine, workOff } from '../progress'
import { resultsTable, type TableStamp } from '../report/results-table'
import { type MethodSummary, summarise } from '../report/summary'
import { readSwitches } from '../switches'
import type { Verb } from '../verb'

const METHOD_NAMES = [...knownMethods.keys()]
const FOLDS = 5
const MAX_SEED = 2 ** 32 - 1
const LA_LABELLED = 16

/** `bench la`: methods under identical settings on the Left Atrium, from bare volumes to the table. */
export const la: Verb = {
  definition: {
    meta: { name: 'la', description: 'Train and test methods on the Left Atrium (or its phantom) and print the table' },
    args: {
      method: { type: 'string', description: `all, or a list of: ${METHOD_NAMES.join(' ')}`, default: 'all', valueHint: 'names' },
      fold: { type: 'string', description: 'all, or a list of 0-4', default: '0', valueHint: 'numbers' },
      seed: { type: 'string', description: 'One or more seeds', default: '1', valueHint: 'numbers' },
      profile: { type: 'string', description: 'quick (minutes), half (hours), full (the published size)', default: 'quick' },
      protocol: { type: 'string', description: "common (identical settings) or authors (each method's own)", default: 'common' },
      labelled: {
        type: 'string',
        description: 'Labelled cases: the first ones of the training list',
        default: String(LA_LABELLED),
      },
      iterations: { type: 'string', description: "Training steps; the profile's if not given", valueHint: 'number' },
      without: { type: 'string', description: "Switch off parts of the method, e.g. dualnet's uncertainty,regularisation" },
      engine: { type: 'string', description: 'auto, torch, tensorflow, wasm or cpu', default: 'auto' },
      threads: { type: 'string', description: "The engine's threads; all of the machine's if not given" },
      ...NUMERIC_ARGUMENTS,
      data: {
        type: 'string',
        description: 'Folder with the volumes; else DUALSEG_DATA, else datasets/la/volumes',
        valueHint: 'folder',
      },
      runs: {
        type: 'string',
        description: 'Folder for runs; begun ones go on, finished ones are not repeated',
        default: 'runs',
        valueHint: 'folder',
      },
      'dry-run': { type: 'boolean', description: 'Print the plan and stop', default: false },
      json: { type: 'boolean', description: 'Print the result as one JSON object', default: false },
    },
  },
  lists: ['method', 'fold', 'seed', 'without'],
  examples: [
    'pnpm bench la',
    'pnpm bench la --method supervised,dualnet --seed 1,2,3',
    'pnpm bench la --method dualnet --without uncertainty',
    'pnpm bench la --profile half --fold all --data ~/volumes/la',
    'pnpm -s bench la --dry-run --json',
  ],
  run: benchLa,
}

async function benchLa(args: Record<string, unknown>): Promise<number> {
  const request = readRequest(args)
  const engineChoice = chooseEngine(String(args.engine))
  const threads = args.threads === undefined ? {} : { threads: oneInteger('--threads', String(args.threads), 1, 256) }
  const numerics = numericOptions(args)
  const dataset = await locateLa(args.data as string | undefined)
  const engine = await openEngine(engineChoice, { ...threads, ...numerics })

  const interrupt = listenForInterrupt()
  const { signal } = interrupt
  try {
    const store = new CaseStore(dataset.source, { factor: request.profile.reduce })
    const loading = await workOff(dataJobs(request, dataset, store, signal), { stopOnError: true })
    for (const error of loading.values()) throw error

    const plans = planGrid(request, dataset, store, engine.identity)
    const estimate = await estimatePlan(plans, signal)
    if (args['dry-run']) {
      console.log(args.json ? JSON.stringify(estimate, null, 2) : planText(estimate, dataset, engine.line))
      return EXIT.done
    }
    console.error(planText(estimate, dataset, engine.line))

    const outcomes = new Map<RunPlan, RunOutcome>()
    const errors = await workOff(runJobs(plans, estimate, outcomes, signal), { stopOnError: false })
    printResult(request, dataset, engine, plans, outcomes, Boolean(args.json))
    for (const [title, error] of errors) console.error(`${title} failed: ${error instanceof Error ? error.message : error}`)

    const done = [...outcomes.values()].filter((outcome) => outcome.status === 'done').length
    if (signal.aborted && done + errors.size < plans.length) {
      console.error('Interrupted after a checkpoint; the same command goes on from there.')
      return EXIT.interrupted
    }
    return errors.size > 0 ? EXIT.runFailed : EXIT.done
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    console.error('Interrupted before any run went on; the same command begins again.')
    return EXIT.interrupted
  } finally {
    interrupt.stopListening()
  }
}

function readRequest(args: Record<string, unknown>): GridRequest {
  const profile = choose('--profile', String(args.profile), ['quick', 'half', 'full'] as const)
  const protocol = choose('--protocol', String(args.protocol), ['common', 'authors'] as const)
  const fold = String(args.fold)
  const methods = chooseList('--method', String(args.method), METHOD_NAMES, METHOD_NAMES).map(methodNamed)
  return {
    methods,
    folds: fold === 'all' ? Array.from({ length: FOLDS }, (_, k) => k) : chooseIntegers('--fold', fold, 0, FOLDS - 1),
    seeds: chooseIntegers('--seed', String(args.seed), 0, MAX_SEED),
    profile: withIterations(PROFILES[profile], args.iterations as string | undefined),
    protocol: protocol === 'common' ? COMMON_PROTOCOL : AUTHORS_PROTOCOL,
    labelled: oneInteger('--labelled', String(args.labelled), 2, 78),
    runs: resolve(String(args.runs)),
    without: args.without === undefined ? [] : readSwitches(String(args.without), methods),
  }
}

/** Ctrl-C asks for a checkpoint; a second one ends the process at once. */
function listenForInterrupt(): { signal: AbortSignal; stopListening(): void } {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
    console.error('Stopping at the next checkpoint; once more to stop at once.')
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: controller.signal,
    stopListening: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}

function dataJobs(request: GridRequest, dataset: Dataset, store: CaseStore, signal: AbortSignal): Job[] {
  const jobs: Job[] = []
  const { source } = dataset
  if (source.kind === 'la') {
    jobs.push({
      title: `Checking ${dataset.ids.length} volumes in ${source.root}`,
      run: async (report) => {
        const cases = await verifyLa(source.root, {
          sha256: source.sha256!,
          signal,
          onProgress: ({ done, total }) => report(`${done}/${total}`),
        })
        return `${cases.length} present, checksums, shapes and labels right`
      },
    })
  } else {
    console.error(NO_DATA_NOTICE)
  }
  jobs.push({
    title: source.kind === 'la' ? 'Loading' : 'Making the phantom',
    run: async (report) => {
      for (const fold of request.folds) {
        const split = splitFold(dataset.folds, fold, request.labelled)
        for (const method of request.methods) {
          await store.load(casesOf(method, split), {
            signal,
            onProgress: ({ done, total }) => report(`fold ${fold}: ${done}/${total}`),
          })
        }
      }
      return undefined
    },
  })
  return jobs
}

function runJobs(
  plans: readonly RunPlan[],
  estimate: PlanEstimate,
  outcomes: Map<RunPlan, RunOutcome>,
  signal: AbortSignal,
): Job[] {
  return plans.map((plan, index) => ({
    title: `${plan.method.name} fold ${plan.fold} seed ${plan.seed}`,
    run: async (report) => {
      if (signal.aborted) return 'not started'
      const later = estimate.runs.slice(index + 1).reduce((sum, run) => sum + run.seconds, 0)
      const testSeconds = estimate.runs[index]!.testSeconds
      const outcome = await trainRun(plan, {
        signal,
        onProgress: (progress) => {
          if (progress.stage === 'train') {
            const left = progress.secondsLeft + testSeconds
            report(
              `iteration ${progress.iteration}/${progress.iterations}  ${termsLine(progress.terms)}  ${progress.seconds.toFixed(2)} s  ` +
                `${duration(left)} left, all ${duration(left + later)}`,
            )
          } else {
            report(
              `test case ${progress.done}/${progress.cases}  Dice ${progress.case.dice.toFixed(3)}  ` +
                `${duration(progress.secondsLeft)} left, all ${duration(progress.secondsLeft + later)}`,
            )
          }
        },
      })
      outcomes.set(plan, outcome)
      if (outcome.status === 'interrupted') return `stopped at iteration ${outcome.iteration}`
      return `Dice ${outcome.result.dice.mean.toFixed(3)}${outcome.ran ? '' : ' (was there already)'}`
    },
  }))
}

function planText(estimate: PlanEstimate, dataset: Dataset, engine: string): string {
  const lines = estimate.runs.map(
    (run) =>
      `  ${run.title.padEnd(40)}${String(run.iterations).padStart(6)} iterations  ${run.state === 'done' ? 'done' : `about ${duration(run.seconds)}`}`,
  )
  const total = estimate.runs.reduce((sum, run) => sum + run.seconds, 0)
  return [
    `${dataset.name === 'phantom' ? 'LA phantom' : 'LA'} · ${engine}`,
    ...lines,
    `${estimate.runs.length} runs, about ${duration(total)} (from three measured iterations of each method)`,
  ].join('\n')
}

function printResult(
  request: GridRequest,
  dataset: Dataset,
  engine: UsedEngine,
  plans: readonly RunPlan[],
  outcomes: ReadonlyMap<RunPlan, RunOutcome>,
  json: boolean,
): void {
  const rows: MethodSummary[] = []
  const folders: string[] = []
  for (const method of request.methods) {
    const done = plans.flatMap((plan) => {
      const outcome = outcomes.get(plan)
      return plan.method === method && outcome?.status === 'done' ? [outcome] : []
    })
    folders.push(...done.map((outcome) => outcome.folder))
    if (done.length === 0) continue
    rows.push(
      summarise(
        method.name,
        done.length,
        done.flatMap((outcome) => [...outcome.cases]),
      ),
    )
  }
  const stamp: TableStamp = {
    dataset: dataset.name === 'phantom' ? 'la phantom' : 'la',
    profile: request.profile.name,
    protocol: request.protocol.name,
    labelled: request.labelled,
    folds: request.folds,
    seeds: request.seeds,
    engine: `${engine.identity.name}, ${engine.identity.device}`,
    date: new Date().toISOString().slice(0, 10),
  }
  if (json) {
    console.log(JSON.stringify({ ...stamp, without: request.without, methods: rows, runs: folders }, null, 2))
  } else if (rows.length > 0) {
    const differs = request.methods.flatMap((method) => method.differs.map((text) => `${method.name}: ${text}`))
    console.log([resultsTable(rows, stamp), ...differs, 'Runs:', ...folders.map((folder) => `  ${folder}`)].join('\n'))
  }
}
