import { toTorchLayout } from '@dualseg/models'
import {
  createNetworks,
  type Draws,
  iterationDraws,
  type Method,
  methods,
  type NetworkSet,
  type TrainedNetwork,
  trainingBatch,
  trainingStep,
} from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { formulaHash, formulaImage, formulaLabel, formulaState, noDraws } from './formula'
import { kitFile, kitNumber } from './kit'
import { runOptimisers } from './optimisers'
import { Comparison, type GroupResult, noteNearest, runCases, skippedGroup } from './report'
import { byRounding, jittered, judgeByRounding } from './rounding-spread'
import type { StepKit, StepNetwork, StepParameter, StepRun } from './step-kit'
import { ownTensor, STEP_NETWORKS, type StepSubject, subjectOf } from './step-losses'

export interface StepOptions {
  /** Name of the kit's file. @default 'step' */
  file?: string
  /** Which of the kit's runs to do. @default all */
  only?: (method: string, variant: string) => boolean
}

/** The published size, which all the references' networks have. */
const FILTERS = 16
const ITERATIONS = 6000
const RAMP_EVERY = 150

/** step.json, or a file like it: two training steps of each method by our own method files, its networks' tensors, and the optimisers alone. */
export async function runStep(kit: unknown, { file = 'step', only = () => true }: StepOptions = {}): Promise<GroupResult[]> {
  const step = kitFile(`${file}.json`, kit, 'batch', 'runs') as unknown as StepKit
  const results: GroupResult[] = step.optimizers === undefined ? [] : [runOptimisers(step.optimizers)]
  for (const [name, tensors] of Object.entries(step.networks ?? {}))
    results.push(checkTensors(`${file} network ${name}`, name, tensors))
  for (const run of step.runs.filter(({ method, variant }) => only(method, variant))) {
    const group = `${file} ${run.method} ${run.variant}`
    const subject = subjectOf(run)
    const method = subject && (subject.adapted?.(run) ?? methods.get(subject.method))
    results.push(
      method
        ? await runMethod(group, { kit: step, run, subject, method })
        : skippedGroup(group, 'no method of this name is built'),
    )
  }
  return results
}

/** Names, shapes and roles of a network's tensors, in their order: the formula numbers them. */
function checkTensors(group: string, name: string, expected: NonNullable<StepKit['networks']>[string]): GroupResult {
  const place = STEP_NETWORKS[name]
  if (place === undefined) return skippedGroup(group, 'no network of this name is built')
  const settings = { filters: FILTERS, classes: 2, dropout: 0, initialise: 'default' as const }
  const networks = createNetworks(place.method(), settings, 0, { random: noDraws })
  const tensors = place.networks
    .flatMap((part) => networks.get(part).network.tensors)
    .map(({ name, torchShape, kind }) => `${name} [${torchShape}] ${kind}`)
  networks.dispose()
  const names = new Set(tensors.map((line) => line.split(' ')[0]))
  const own = (name: string) => (names.has(name) ? name : ownTensor(name))
  const built = expected.filter(([name]) => !place.leftOut?.test(name))
  return runCases(
    group,
    [built],
    () => 'tensors',
    (wanted, compare) => {
      const length = Math.max(wanted.length, tensors.length)
      for (let k = 0; k < length; k++) {
        const [tensor, shape, role = ''] = wanted[k] ?? []
        const line = tensor && `${own(tensor)} [${shape}] ${role.endsWith('Bias') ? 'bias' : role}`
        if (line !== tensors[k]) compare.fail(`tensor ${k}`, tensors[k] ?? 'none', line ?? 'none', 0)
      }
    },
  )
}

/** What one run is made of. */
interface Subject {
  readonly kit: StepKit
  readonly run: StepRun
  readonly subject: StepSubject
  readonly method: Method
}

async function runMethod(group: string, of: Subject): Promise<GroupResult> {
  const result: GroupResult = { group, passed: 0, failed: [] }
  try {
    for (const [i, step] of (await twoSteps(of)).entries()) {
      const { wrong, undecided } =
        i > 0 && step.mismatches.length > 0
          ? await judgeByRounding(step, async (jitter) => (await twoSteps(of, jitter))[i])
          : { wrong: step.mismatches, undecided: [] }
      result.failed.push(...wrong)
      if (undecided.length > 0) result.undecided = [...(result.undecided ?? []), ...undecided]
      noteNearest(result, step)
      if (wrong.length === 0) result.passed++
    }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    result.failed.push({ case: 'run', what: 'ran', got: what, expected: 'no error', tolerance: 0 })
  }
  return result
}

/** The run's steps, each compared; with a jitter, from moved parameters: see rounding-spread.ts. */
async function twoSteps({ kit, run, subject, method }: Subject, jitter = 0): Promise<Comparison[]> {
  const { classes = 2 } = run
  const settings = { filters: FILTERS, classes, dropout: 0, initialise: 'default' as const }
  const networks = createNetworks(method, settings, 0, { random: noDraws })
  const draws = kitDraws(kit, run)
  const { spatial } = kit.batch
  const samples = run.samples ?? kit.batch.samples
  const labelled = run.samples === undefined ? kit.batch.labelled : samples / 2
  const counts = method.usesUnlabelled ? { labelled, unlabelled: samples - labelled } : { labelled: samples, unlabelled: 0 }
  const image = formulaImage(samples, spatial, kit.batch.image, formulaLabel(samples, spatial, kit.batch.label))
  const label = formulaLabel(samples, spatial, kit.batch.label, classes)
  const batch = trainingBatch({ image, label }, { batch: counts, patch: spatial })
  const compared: Comparison[] = []
  try {
    const initial = loadFormulas(networks, { kit, run, subject, method }, jitter)
    for (const [i, expected] of run.steps.entries()) {
      if (i > 0 && jitter > 0) await moveParameters(networks, { kit, run, subject, method }, jitter)
      const iteration = (subject.startIteration ?? run.startIteration) + i
      const compare = new Comparison(`step ${i}`, true)
      compare.number('label sum', sumOf(label), run.inputCheck.labelSum, 0)
      compare.number('image sum', sumOf(image), run.inputCheck.imageSum, 1e-6 * image.length)
      const gradients = new Map<string, (Float32Array | undefined)[]>()
      const report = await trainingStep(method, networks, batch, {
        iteration,
        iterations: run.maxIterations ?? ITERATIONS,
        rampEvery: RAMP_EVERY,
        ...(method.authors.rampLength !== undefined && { rampLength: method.authors.rampLength }),
        protocol: 'authors',
        without: [],
        draws,
        rate: (i > 0 ? (run.learningRatesStep2 ?? run.learningRates) : run.learningRates)[0]!,
        optimiserSteps: i,
        seeGradients: (name, all) =>
          gradients.set(
            name,
            all.map((gradient) => gradient && (gradient.dataSync() as Float32Array).slice()),
          ),
      })
      const ofStep = { ...run, float32Deviation: (i === 0 && run.float32DeviationStep1) || run.float32Deviation }
      compareLosses(compare, expected.losses, subject.losses(report, iteration), ofStep)
      for (const [named, net] of Object.entries(expected.nets)) {
        const parts = partsOf(subject, named)
        await compareNetwork(compare, named, net, {
          parts: parts.map((name) => networks.get(name)),
          initial: initial.get(named)!,
          gradients: parts.flatMap((name) => gradients.get(name) ?? []),
          run: ofStep,
          step: i,
        })
      }
      compared.push(compare)
    }
  } finally {
    networks.dispose()
    tf.dispose([batch.image, batch.labels])
  }
  return compared
}

/** Our networks that one of the kit's is. */
function partsOf({ networks }: StepSubject, named: string): readonly string[] {
  return networks?.[named] ?? [named]
}

/** Puts the formula into every network and returns it by the kit's names, in PyTorch's layout. Networks that the run does not know stay as they are. */
function loadFormulas(
  networks: NetworkSet,
  { kit, run, subject }: Subject,
  jitter: number,
): Map<string, Map<string, Float32Array>> {
  const initial = new Map<string, Map<string, Float32Array>>()
  for (const [named, seed] of Object.entries(run.seeds)) {
    const parts = partsOf(subject, named).map((name) => networks.get(name).network)
    const constants = { ...kit.parameters, seed }
    const tensors = subject.numbered?.(named, networks) ?? parts.flatMap((part) => part.tensors)
    const formula = formulaState(tensors, constants)
    const state = jitter > 0 ? jittered(formula, constants, jitter, byRounding) : formula
    for (const { tensors, loadStateDict } of parts) loadStateDict(new Map(tensors.map(({ name }) => [name, state.get(name)!])))
    initial.set(named, new Map([...state].map(([tensor, { data }]) => [tensor, data])))
  }
  return initial
}

/** Moves every parameter of the networks that the run knows by up to what the first step's values may be off. */
async function moveParameters(networks: NetworkSet, { kit, run, subject }: Subject, jitter: number): Promise<void> {
  const reach = valueTolerance(run.float32DeviationStep1 ?? run.float32Deviation)
  const within = (_: number, hash: number) => reach * hash
  for (const [named, seed] of Object.entries(run.seeds)) {
    for (const { network } of partsOf(subject, named).map((name) => networks.get(name))) {
      const isParameter = new Set(network.parameters.map(({ name }) => name))
      const all = await network.stateDict()
      const parameters = new Map([...all].filter(([name]) => isParameter.has(name)))
      network.loadStateDict(new Map([...all, ...jittered(parameters, { ...kit.parameters, seed }, jitter, within)]))
    }
  }
}

/** The kit's noise in the order in which it is asked for, over all steps; candidates are the first ones. */
function kitDraws(kit: StepKit, run: StepRun): Draws {
  let calls = 0
  let starts = 0
  return {
    ...iterationDraws(0, 0),
    beta: () => kitNumber(run.draws?.factor ?? run.draws?.lambda),
    ofRun: () => ({ ...noDraws(), integer: (low) => low }),
    normal(_, shape) {
      const call = calls++
      const size = shape.reduce((product, n) => product * n, 1)
      const value = (j: number) => 2.5 * formulaHash(j, call, kit.noiseFormula)
      const values = run.noise === 'formula' ? Float32Array.from({ length: size }, (_, j) => value(j)) : new Float32Array(size)
      return tf.tensor(values, [...shape])
    },
    stream(purpose, sample) {
      const call = purpose === 'adversarial-start' && sample === 0 ? starts++ : starts - 1
      const given = [...(GIVEN[purpose]?.(run.draws ?? {}) ?? [])]
      return {
        ...noDraws(),
        integer: (_, highExclusive) => given.shift() ?? highExclusive - 1,
        permutation: () => run.draws?.permutation as number[],
        fillUniform(values, low, high) {
          const value = (i: number) => Math.fround((formulaHash(sample * values.length + i, call, kit.noiseFormula) + 1) / 2)
          for (const i of values.keys()) values[i] = low + (high - low) * value(i)
          return values
        },
      }
    },
  }
}

/** The kit's numbers for whole numbers that a step draws, by what it draws them for. */
const GIVEN: Readonly<Record<string, (draws: NonNullable<StepRun['draws']>) => readonly number[]>> = {
  box: ({ boxStart }) => boxStart as number[],
  'cut-mix-centre': ({ centres }) => (centres as number[][]).flat(),
}

const COUNTS = new Set(['maskSum', 'mistakeMaskSum', 'pseudoVoxels', 'kept', 'conflictVoxels', 'discrepancyVoxels'])

function compareLosses(
  compare: Comparison,
  expected: Record<string, number | string>,
  got: Record<string, number>,
  run: StepRun,
): void {
  for (const [name, raw] of Object.entries(expected)) {
    const value = kitNumber(raw)
    const relative = allowed(1e-5, run.float32Deviation.lossRel)
    const tolerance = COUNTS.has(name) ? 3 : name === 'winner' ? 0 : relative * Math.abs(value)
    compare.number(name, got[name] ?? Number.NaN, value, tolerance)
  }
}

interface NetworkState {
  parts: readonly TrainedNetwork[]
  initial: ReadonlyMap<string, Float32Array>
  gradients: readonly (Float32Array | undefined)[]
  run: StepRun
  step: number
}

async function compareNetwork(compare: Comparison, name: string, expected: StepNetwork, state: NetworkState): Promise<void> {
  const { parts, initial, gradients, run } = state
  const parameters = parts.flatMap(({ network }) => network.parameters)
  const isAdam = parts[0]!.spec.optimiser?.kind === 'adam'
  const deviation = run.float32Deviation
  const states = await Promise.all(parts.map(({ network }) => network.stateDict()))
  const now = new Map(states.flatMap((one) => [...one]))
  let squares = 0
  for (const { name: parameter } of parameters) squares += squaredDistance(now.get(parameter)!.data, initial.get(parameter)!)
  const distance = Math.sqrt(squares)
  compare.number(
    `${name} allDeltaL2`,
    distance,
    expected.allDeltaL2,
    allowed(2e-5, deviation.allDeltaL2Rel) * expected.allDeltaL2,
  )
  if (expected.allGradL2 !== undefined) {
    const all = Math.sqrt(gradients.reduce((sum, values) => sum + (values ? squaredNorm(values) : 0), 0))
    compare.number(`${name} allGradL2`, all, expected.allGradL2, allowed(2e-5, deviation.allGradL2Rel) * expected.allGradL2)
  }
  for (const given of expected.parameters) {
    const sample = { ...given, name: ownName(given.name, initial) }
    const i = parameters.findIndex((parameter) => parameter.name === sample.name)
    const values = now.get(sample.name)?.data ?? new Float32Array(0)
    const start = initial.get(sample.name) ?? new Float32Array(0)
    const gradient = gradients[i] && toTorchLayout(gradients[i], parameters[i]!.torchShape)
    compareParameter(
      compare,
      `${name} ${sample.name}`,
      sample,
      values,
      start,
      gradient,
      state,
      isAdam,
      ROUNDING * (expected.allGradL2 ?? 0),
    )
  }
  for (const { name: buffer, index, value } of expected.runningStats) {
    const data = now.get(ownName(buffer, initial))?.data ?? new Float32Array(0)
    compare.array(`${name} ${buffer}`, at(data, index), value, allowed(1e-5, deviation.runningStatsAbs))
  }
}

function ownName(name: string, tensors: ReadonlyMap<string, unknown>): string {
  return tensors.has(name) ? name : ownTensor(name)
}

/** Of the gradient of a whole network: what float32 leaves where the gradient is 0, as that of a bias before a batch norm is. */
const ROUNDING = 1e-8

/** An entry whose gradient is this small beside the others' moves by Adam's rate in a direction that rounding decides. */
const TINY_GRADIENT = 1e-3

function compareParameter(
  compare: Comparison,
  what: string,
  sample: StepParameter,
  values: Float32Array,
  start: Float32Array,
  gradient: Float32Array | undefined,
  { run, step }: NetworkState,
  isAdam: boolean,
  rounding: number,
): void {
  const deviation = run.float32Deviation
  const { index, gradL2, gradRms, grad, deltaL2, deltaRms } = sample
  if (gradL2 !== undefined && gradRms !== undefined && grad !== undefined) {
    const got = gradient ?? new Float32Array(0)
    compare.number(
      `${what} gradL2`,
      Math.sqrt(squaredNorm(got)),
      gradL2,
      Math.max(allowed(2e-3, deviation.gradL2Rel) * gradL2, rounding),
    )
    compare.array(`${what} grad`, at(got, index), grad, Math.max(allowed(0.1, deviation.gradEntryOverRms) * gradRms, rounding))
  }
  const got = at(values, index)
  const delta = got.map((value, i) => value - start[index[i]!]!)
  const adamStep = 2 * (run.learningRates[1] ?? 0) * (step + 1)
  const isLoose = (i: number) => isAdam && Math.abs(grad?.[i] ?? 0) < TINY_GRADIENT * (gradRms ?? 0)
  for (const [i, value] of sample.value.entries()) {
    const deltaTolerance = isLoose(i) ? adamStep : allowed(0.3, deviation.deltaEntryOverRms) * deltaRms
    compare.number(`${what} value[${index[i]}]`, got[i]!, value, isLoose(i) ? adamStep : valueTolerance(deviation))
    compare.number(`${what} delta[${index[i]}]`, delta[i]!, sample.delta[i]!, deltaTolerance)
  }
  const distance = Math.sqrt(squaredDistance(values, start))
  compare.number(`${what} deltaL2`, distance, deltaL2, allowed(0.05, deviation.deltaL2Rel) * deltaL2)
}

/** How far a parameter's value may be off. */
function valueTolerance(deviation: StepRun['float32Deviation']): number {
  return allowed(2e-6, deviation.valueAbs)
}

/** Twenty times PyTorch's own float32 error, but not less than the floor of the kit's README. */
function allowed(floor: number, deviation: unknown): number {
  return Math.max(floor, typeof deviation === 'number' ? 20 * deviation : 0)
}

function at(values: Float32Array, index: readonly number[]): number[] {
  return index.map((i) => values[i] ?? Number.NaN)
}

function sumOf(values: Float32Array | Uint8Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

function squaredNorm(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}

function squaredDistance(values: Float32Array, from: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - from[i]!) ** 2
  return sum
}
