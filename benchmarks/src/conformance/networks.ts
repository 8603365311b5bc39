import { toTorchLayout } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import { Checks } from './checks'
import { formulaImage, formulaLabel, formulaState } from './formula'
import { kitFile } from './kit'
import { norm, summarise } from './map-statistics'
import type { MapSummary, NetworkCase, NetworksKit, TensorSample } from './network-cases'
import { type NetworkSubject, type SubjectMaker, subjectMakers } from './network-subjects'
import { type GroupResult, skippedGroup } from './report'

/** Options of {@link runNetworks}. */
export interface NetworksOptions {
  /** Which of the kit's networks to run. @default all */
  only?: (name: string) => boolean
}

/** Multiples of PyTorch's own float32 error that are allowed, and the least allowed (the kit's README, section 10). */
const ALLOWED = 20

/** networks.json on the active backend: outputs, loss, gradients and running statistics of every network. */
export async function runNetworks(kit: unknown, { only = () => true }: NetworksOptions = {}): Promise<GroupResult[]> {
  const { formula, networks } = kitFile('networks.json', kit, 'formula', 'networks') as unknown as NetworksKit
  const results: GroupResult[] = []
  for (const entry of networks.filter(({ name }) => only(name))) {
    const group = `networks ${entry.name}`
    const make = subjectMakers[entry.kind]
    results.push(make ? await runNetwork(group, entry, formula, make) : skippedGroup(group, `kind ${entry.kind} is not known`))
  }
  return results
}

async function runNetwork(
  group: string,
  entry: NetworkCase,
  formula: NetworksKit['formula'],
  make: SubjectMaker,
): Promise<GroupResult> {
  const checks = new Checks(group)
  const label = formulaLabel(entry.batch, entry.spatial, formula.label)
  const image = formulaImage(entry.batch, entry.spatial, formula.image, label)
  let subject: NetworkSubject | undefined
  try {
    subject = make(entry, formula, image, label)
    checkInputs(checks, entry, image, label, subject)
    checkParameters(checks, entry, subject, { ...formula.parameters, seed: entry.seed, gain: entry.gain })
    checkEval(checks, entry, subject)
    await checkTrain(checks, entry, subject)
  } catch (error) {
    checks.broke('run', error)
  } finally {
    subject?.network.dispose()
    for (const { variable } of subject?.inputs ?? []) variable.dispose()
  }
  return checks.result()
}

function checkInputs(
  checks: Checks,
  { inputCheck }: NetworkCase,
  image: Float32Array,
  label: Uint8Array,
  { inputs }: NetworkSubject,
): void {
  const sum = (values: Float32Array | Uint8Array) => (values as Float32Array).reduce((total, v) => total + v, 0)
  checks.near('inputs', 'image sum', sum(image), inputCheck.imageSum, 1e-6 * image.length)
  for (const [i, value] of inputCheck.imageFirst.entries()) checks.near('inputs', `image[${i}]`, image[i]!, value, 1e-6)
  checks.same('inputs', 'label sum', sum(label), inputCheck.labelSum)
  if (inputCheck.mapSum === undefined) return
  const map = inputs.find(({ name }) => name === 'map')?.variable.dataSync() ?? new Float32Array(0)
  checks.near('inputs', 'map sum', sum(map as Float32Array), inputCheck.mapSum, 1e-6 * image.length)
}

function checkParameters(
  checks: Checks,
  entry: NetworkCase,
  { network }: NetworkSubject,
  constants: NetworksKit['formula']['parameters'],
): void {
  const { tensors } = network
  checks.same('parameters', 'count', network.parameterCount, entry.parameterCount)
  checks.same('parameters', 'tensors', tensors.length, entry.tensors.length)
  entry.tensors.forEach(([name, shape, role], k) => {
    const tensor = tensors[k]
    const kind = role.endsWith('Bias') ? 'bias' : role
    checks.same(
      'parameters',
      `tensor ${k}`,
      `${tensor?.name} [${tensor?.torchShape}] ${tensor?.kind}`,
      `${name} [${shape}] ${kind}`,
    )
  })
  const state = formulaState(tensors, constants)
  const values = [...state.values()]
  for (const { k, first, sum } of entry.parameterCheck) {
    const data = values[k]?.data ?? new Float32Array(0)
    for (const [j, value] of first.entries()) checks.near('parameters', `tensor ${k}[${j}]`, data[j]!, value, 1e-7)
    checks.near(
      'parameters',
      `sum of tensor ${k}`,
      data.reduce((total, v) => total + v, 0),
      sum,
      1e-6 * Math.max(1, Math.abs(sum)),
    )
  }
  network.loadStateDict(state)
}

function checkEval(checks: Checks, entry: NetworkCase, subject: NetworkSubject): void {
  const outputs = subject.forward({ training: false })
  checkMaps(checks, 'eval', entry.eval, outputs, entry.float32Deviation.evalMaxAbs)
  tf.dispose(outputs)
}

async function checkTrain(checks: Checks, entry: NetworkCase, subject: NetworkSubject): Promise<void> {
  const { train, float32Deviation: deviation } = entry
  const { parameters } = subject.network
  let outputs: Record<string, tf.Tensor> = {}
  const variables = [...parameters, ...subject.inputs].map(({ variable }) => variable)
  const { value, grads } = tf.variableGrads(() => {
    outputs = subject.forward({ training: true })
    for (const output of Object.values(outputs)) tf.keep(output)
    return subject.loss(outputs)
  }, variables)
  checkMaps(checks, 'train', train.outputs, outputs, deviation.trainMaxAbs)
  const loss = value.dataSync()[0]!
  checks.near('loss', 'loss', loss, train.loss, Math.max(1e-5 * Math.abs(train.loss), ALLOWED * deviation.loss))

  const gradients = new Map(
    parameters.map(({ name, variable, torchShape }) => [name, { grad: grads[variable.name], torchShape }]),
  )
  for (const sample of train.gradients) {
    const found = gradients.get(sample.name)
    const values = found?.grad ? toTorchLayout(found.grad.dataSync() as Float32Array, found.torchShape) : new Float32Array(0)
    checkGradient(checks, `gradient ${sample.name}`, sample, values, deviation)
  }
  for (const sample of train.inputGradients) {
    const input = subject.inputs.find(({ name }) => name === sample.name)
    const values = (input && grads[input.variable.name]?.dataSync()) ?? new Float32Array(0)
    checkGradient(checks, `input gradient ${sample.name}`, sample, values as Float32Array, deviation)
  }
  tf.dispose([value, ...Object.values(grads), ...Object.values(outputs)])
  if (train.runningStats) await checkRunning(checks, train.runningStats, subject, deviation.runningStatsMaxAbs ?? 0)
}

function checkMaps(
  checks: Checks,
  mode: string,
  expected: Record<string, MapSummary>,
  outputs: Record<string, tf.Tensor>,
  deviation: Record<string, number>,
): void {
  for (const [name, summary] of Object.entries(expected)) {
    const test = `${mode} ${name}`
    const output = outputs[name]
    checks.same(test, 'shape', String(output?.shape), String(summary.shape))
    if (!output) continue
    const values = output.dataSync() as Float32Array
    const tolerance = Math.max(1e-5 * summary.std, ALLOWED * (deviation[name] ?? 0))
    const got = summarise(values, summary.shape.at(-1)!)
    for (const key of ['mean', 'std', 'min', 'max'] as const) checks.near(test, key, got[key], summary[key], tolerance)
    checks.near(test, 'sum', got.sum, summary.sum, tolerance * values.length)
    checks.near(test, 'l2', got.l2, summary.l2, tolerance * Math.sqrt(values.length))
    for (const key of ['channelMean', 'channelStd'] as const) {
      for (const [c, value] of (summary[key] ?? []).entries()) {
        checks.near(test, `${key}[${c}]`, got[key]![c]!, value, tolerance)
      }
    }
    for (const [i, index] of summary.index.entries())
      checks.near(test, `[${index}]`, values[index]!, summary.value[i]!, tolerance)
  }
}

function checkGradient(
  checks: Checks,
  test: string,
  sample: TensorSample,
  values: Float32Array,
  deviation: NetworkCase['float32Deviation'],
): void {
  if (sample.zero) {
    const tolerance = Math.max(1e-5, ALLOWED * (deviation.zeroGradMaxAbs ?? 0))
    checks.same(test, 'has values', values.length > 0 ? 'yes' : 'no', 'yes')
    checks.near(
      test,
      'largest',
      values.reduce((most, v) => Math.max(most, Math.abs(v)), 0),
      0,
      tolerance,
    )
    return
  }
  const l2 = norm(values)
  checks.near(test, 'l2', l2, sample.l2, sample.l2 * Math.max(1e-3, ALLOWED * deviation.gradNormRelMax))
  const rms = sample.rms ?? sample.l2 / Math.sqrt(values.length)
  const tolerance = rms * Math.max(0.1, ALLOWED * deviation.gradEntryMaxOverRms)
  for (const [i, index] of sample.index.entries()) checks.near(test, `[${index}]`, values[index]!, sample.value[i]!, tolerance)
}

async function checkRunning(
  checks: Checks,
  samples: TensorSample[],
  { network }: NetworkSubject,
  deviation: number,
): Promise<void> {
  const state = await network.stateDict()
  const tolerance = Math.max(1e-5, ALLOWED * deviation)
  for (const sample of samples) {
    const test = `running ${sample.name}`
    const values = state.get(sample.name)?.data ?? new Float32Array(0)
    checks.near(test, 'l2', norm(values), sample.l2, tolerance * Math.sqrt(values.length))
    for (const [i, index] of sample.index.entries()) checks.near(test, `[${index}]`, values[index]!, sample.value[i]!, tolerance)
  }
}
