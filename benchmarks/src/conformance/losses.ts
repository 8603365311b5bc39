import * as tf from '@tensorflow/tfjs-core'
import { isKitArray, type KitArray, kitFile, kitNumber, kitNumbers } from './kit'
import { LOSS_AD_MT } from './loss-ad-mt'
import type { LossCase, LossGroup, LossInputs } from './loss-case'
import { LOSS_COPY_PASTE } from './loss-copy-paste'
import { LOSS_GROUPS } from './loss-groups'
import { runPercentiles } from './loss-percentiles'
import { type KitHeads, ssNetLosses } from './loss-ss-net'
import { LOSS_SSL4MIS } from './loss-ssl4mis'
import { LOSS_TOTALS } from './loss-totals'
import { type Comparison, type GroupResult, runCases, skippedGroup } from './report'
import { type Float32Deviation, gradientTolerance, valueTolerance } from './tolerance'

const GROUPS: Readonly<Record<string, LossGroup>> = {
  ...LOSS_GROUPS,
  ...LOSS_TOTALS,
  ...LOSS_SSL4MIS,
  ...LOSS_COPY_PASTE,
  ...LOSS_AD_MT,
}

/** Checks `losses.json`, or a file like it, on the active backend: values, maps, gradients, and the inputs that must get none. */
export async function runLosses(kit: unknown, file = 'losses'): Promise<GroupResult[]> {
  const { losses, heads } = kitFile(`${file}.json`, kit, 'losses') as { losses: unknown; heads?: KitHeads }
  const groups = losses as { loss: string; cases: LossCase[] }[]
  const known: Readonly<Record<string, LossGroup>> = { ...GROUPS, ...(heads && ssNetLosses(heads)) }
  return groups.map(({ loss, cases }) => {
    const name = `${file} ${loss}`
    if (loss === 'percentile') return runPercentiles(name, cases)
    const compute = known[loss]
    if (compute === undefined) return skippedGroup(name, 'unknown group')
    return runCases(
      name,
      cases,
      (testCase) => testCase.name,
      (testCase, compare) => tf.tidy(() => checkCase(compute, testCase, compare)),
    )
  })
}

function checkCase(compute: LossGroup, testCase: LossCase, compare: Comparison): void {
  const { expected } = testCase
  const deviation = expected.float32Deviation ?? {}
  const inputs = new Map(
    Object.entries(testCase.inputs)
      .filter((entry): entry is [string, KitArray] => isKitArray(entry[1]))
      .map(([name, array]) => [name, tf.tensor(Float32Array.from(kitNumbers(array.data)), array.shape)]),
  )
  const input: LossInputs = (name) => {
    const tensor = inputs.get(name)
    if (tensor === undefined) throw new Error(`the case has no input "${name}"`)
    return tensor
  }

  const computed = compute(input, testCase)
  const exact = new Set(computed.exact)
  const tolerance = (name: string) => (exact.has(name) ? 0 : (value: number) => valueTolerance(value, deviation))
  const number = (what: string, got: tf.Tensor | number | undefined, wanted: unknown, isExact: boolean) => {
    const reference = kitNumber(wanted)
    if (got === undefined) compare.fail(what, 'not computed', reference, 0)
    else
      compare.number(
        what,
        typeof got === 'number' ? got : got.dataSync()[0]!,
        reference,
        isExact ? 0 : valueTolerance(reference, deviation),
      )
  }

  if (expected.value !== undefined) number('value', computed.value, expected.value, false)
  for (const [name, value] of Object.entries(expected.values ?? {})) number(name, computed.values?.[name], value, exact.has(name))
  for (const [name, map] of Object.entries(expected.maps ?? {})) {
    const got = computed.maps?.[name]
    if (got === undefined) compare.fail(`map ${name}`, 'not computed', 'a map', 0)
    else compare.array(`map ${name}`, got.dataSync(), kitNumbers(map.data), tolerance(name))
  }
  checkGradients('', () => compute(input, testCase).value, input, expected.grads ?? {}, expected.noGrad ?? [], deviation, compare)
  for (const [name, extra] of Object.entries(expected.extraGrads ?? {})) {
    number(name, computed.extra?.[name], extra.value, false)
    if (computed.extra?.[name] === undefined) continue
    checkGradients(`${name}: `, () => compute(input, testCase).extra![name]!, input, extra.grads, [], deviation, compare)
  }
}

function checkGradients(
  prefix: string,
  value: () => tf.Scalar,
  input: LossInputs,
  expected: Record<string, KitArray>,
  constant: readonly string[],
  deviation: Float32Deviation,
  compare: Comparison,
): void {
  const live = Object.keys(expected)
  if (live.length + constant.length === 0) return
  const xs = [...live, ...constant].map(input)
  // Unlike tf.grads this lets an input be unreachable, which is what is asked of the constant ones.
  const { grads } = tf.engine().gradients(value, xs, undefined, true)
  live.forEach((name, i) => {
    const reference = kitNumbers(expected[name]!.data)
    const got = grads[i]?.dataSync() ?? new Float32Array(reference.length)
    compare.array(`${prefix}gradient of ${name}`, got, reference, gradientTolerance(reference, deviation))
  })
  constant.forEach((name, i) => {
    const got = grads[live.length + i]?.dataSync()
    if (got !== undefined) compare.array(`${prefix}gradient of the constant ${name}`, got, new Float64Array(got.length), 0)
  })
}
