import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { COMMON_PROTOCOL, methodNamed, type RunOutcome, type RunPlan, trainRun } from '@dualseg/trainer'
import Table from 'cli-table3'
import { chooseIntegers, oneInteger } from '../command-line/choose'
import { chooseMethods, METHOD_LIST } from '../command-line/choose-methods'
import { NUMERIC_ARGUMENTS, numericOptions } from '../command-line/engine-arguments'
import { errorWords } from '../command-line/error-words'
import { EXIT } from '../command-line/exit-codes'
import { expectRoomFor } from '../command-line/output-place'
import { duration, workOff } from '../command-line/progress'
import { readSwitches } from '../command-line/switches'
import type { Verb } from '../command-line/verb'
import { locateLa, NO_DATA_NOTICE } from '../data/locate-la'
import { chooseEngine, openEngine } from '../engines/open-engine'
import { casesOf, planGrid } from '../grid/plan-grid'
import { PROFILES, withIterations } from '../grid/profiles'
import { type MethodSummary, summarise } from '../report/summary'
import { studyStep, type TermCourse, termCourses } from '../studies/study'

/** `bench study`: what the terms of a method do while it trains, scored on training cases, so that no test case chooses a loss. */
export const study: Verb = {
  definition: {
    meta: {
      name: 'study',
      description: 'Train on the Left Atrium, follow every loss term, and score on training cases that lent no label',
    },
    args: {
      method: {
        type: 'string',
        description: METHOD_LIST,
        default: 'luseg,dualnet',
        valueHint: 'names',
      },
      without: { type: 'string', description: "Switch off parts of the method, e.g. dualnet's pseudo,contrast" },
      seed: { type: 'string', description: 'One or more seeds', default: '1,2,3', valueHint: 'numbers' },
      iterations: { type: 'string', description: 'Training steps of the profile quick', default: '500', valueHint: 'number' },
      every: { type: 'string', description: 'Gradients of every term are taken each so many steps', default: '100' },
      labelled: { type: 'string', description: 'Labelled cases: the first ones of the training list', default: '16' },
      'held-out': { type: 'string', description: 'Cases to score on: the last ones of the training list', default: '20' },
      engine: { type: 'string', description: 'As for `bench la`', default: 'auto' },
      threads: { type: 'string', description: "The engine's threads; all of the machine's if not given" },
      ...NUMERIC_ARGUMENTS,
      data: { type: 'string', description: 'Folder with the volumes; else DUALSEG_DATA, else the phantom', valueHint: 'folder' },
      runs: { type: 'string', description: 'Folder for runs', default: 'runs/study', valueHint: 'folder' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  lists: ['method', 'seed', 'without'],
  examples: [
    'pnpm bench study --method luseg',
    'pnpm bench study --method dualnet --without pseudo --seed 1,2,3',
    'pnpm -s bench study --method mcf --iterations 200 --json',
  ],
  async run(args) {
    const methods = chooseMethods(String(args.method)).map(methodNamed)
    const without = args.without === undefined ? [] : readSwitches(String(args.without), methods)
    const seeds = chooseIntegers('--seed', String(args.seed), 0, 2 ** 32 - 1)
    const labelled = oneInteger('--labelled', String(args.labelled), 2, 60)
    const heldOut = oneInteger('--held-out', String(args['held-out']), 1, 79 - labelled)
    const every = oneInteger('--every', String(args.every), 1, 1_000_000)
    const profile = withIterations(PROFILES.quick, String(args.iterations))
    const threads = args.threads === undefined ? {} : { threads: oneInteger('--threads', String(args.threads), 1, 256) }
    const engineChoice = chooseEngine(String(args.engine))
    const runs = resolve(String(args.runs))
    if (!isFolder(runs)) expectRoomFor('--runs', runs)
    const dataset = await locateLa(args.data as string | undefined)
    if (dataset.name === 'phantom') console.error(NO_DATA_NOTICE)
    const engine = await openEngine(engineChoice, { ...threads, ...numericOptions(args) })
    console.error(engine.line)

    const split = splitFold(dataset.folds, 0, labelled)
    const training = [...split.labelled, ...split.unlabelled]
    const folds = { train: [training], test: [training.slice(-heldOut)] }
    const store = new CaseStore(dataset.source, { factor: profile.reduce })
    for (const method of methods) await store.load(casesOf(method, splitFold(folds, 0, labelled)))
    const plans = planGrid(
      {
        arms: methods.map(({ name }) => ({ method: name, without })),
        folds: [0],
        seeds,
        profile,
        protocol: COMMON_PROTOCOL,
        labelled,
        runs,
      },
      { ...dataset, folds },
      store,
      engine.identity,
    )
    const outcomes = new Map<RunPlan, RunOutcome>()
    const errors = await workOff(
      plans.map((plan) => ({
        title: `${plan.method.name} seed ${plan.seed}`,
        run: async (report) => {
          const outcome = await trainRun(plan, {
            beforeStep: studyStep(plan.method, every),
            onProgress: (progress) => report(`${progress.stage} ${duration(progress.secondsLeft)} left`),
          })
          outcomes.set(plan, outcome)
          return outcome.status === 'done' ? `Dice ${outcome.result.dice!.mean.toFixed(3)}` : 'interrupted'
        },
      })),
      { stopOnError: false },
    )
    const studied = methods.flatMap((method) => {
      const done = [...outcomes].flatMap(([plan, outcome]) =>
        plan.method === method && outcome.status === 'done' ? [outcome] : [],
      )
      if (done.length === 0) return []
      const seedDice = done.map(({ result }) => result.dice!.mean)
      return [{ ...summarise(method.name, done), seedDice, terms: termCourses(done.map(({ folder }) => folder)) }]
    })
    const stamp = { dataset: dataset.name, profile: profile.name, labelled, heldOut, seeds, without, engine: engine.identity }
    console.log(
      args.json ? JSON.stringify({ ...stamp, methods: studied }, null, 2) : studied.map((one) => text(one, without)).join('\n\n'),
    )
    for (const [title, error] of errors) console.error(`${title} failed: ${errorWords(error)}`)
    return errors.size > 0 ? EXIT.runFailed : EXIT.done
  },
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** One line a term: value, weight and gradient norms from the first section of the run to the last. */
function text(
  method: MethodSummary & { seedDice: readonly number[]; terms: readonly TermCourse[] },
  without: readonly string[],
): string {
  const networks = [...new Set(method.terms.flatMap(({ gradients }) => Object.keys(gradients)))]
  const table = new Table({
    head: ['raw term', 'value', 'weight', ...networks.map((name) => `gradient, ${name}`)],
    style: { head: [], border: [], compact: true },
  })
  for (const { term, value, weight, gradients } of method.terms) {
    table.push([
      term,
      course(value),
      weight === undefined ? '' : course(weight),
      ...networks.map((name) => (gradients[name] ? course(gradients[name]) : '')),
    ])
  }
  const cut = without.length === 0 ? '' : ` without ${without.join(', ')}`
  const { dice, seedDice } = method
  return [
    `${method.method}${cut}: held-out Dice ${dice.mean.toFixed(3)} ± ${dice.sd?.toFixed(3) ?? '-'} over ${method.cases} cases; by seed ${seedDice.map((one) => one.toFixed(3)).join(', ')}; HD95 ${method.hd95.mean.toFixed(1)}; empty ${method.emptyPredictions}`,
    table.toString(),
  ].join('\n')
}

function course(values: readonly number[]): string {
  return values.map((value) => (Number.isNaN(value) ? '-' : value.toPrecision(2))).join(' → ')
}
