import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Grid, normalGrid, tensorOf, uniformGrid } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { dice, holdsOnOddShapes, oddTensors } from './odd-shapes'
import { referencePairs, referenceUnspread } from './reference-broadcast'

const SEED = 41
const MOST = 1500

interface Unary {
  readonly op: (x: tf.Tensor) => tf.Tensor
  readonly value: (x: number) => number
  readonly slope: (x: number) => number
  /** Where x is drawn from. */
  readonly low: number
  readonly high: number
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function power(exponent: number, low: number): Unary {
  return {
    op: (x) => tf.pow(x, exponent),
    value: (x) => x ** exponent,
    slope: (x) => exponent * x ** (exponent - 1),
    low,
    high: 3,
  }
}

/** A function of one number that bends at 0. */
function bent(op: Unary['op'], below: number, above: number): Unary {
  return { op, value: (x) => (x > 0 ? above * x : below * x), slope: (x) => (x > 0 ? above : below), low: -3, high: 3 }
}

const UNARY: Record<string, Unary> = {
  neg: { op: tf.neg, value: (x) => -x, slope: () => -1, low: -3, high: 3 },
  exp: { op: tf.exp, value: Math.exp, slope: Math.exp, low: -4, high: 2 },
  log: { op: tf.log, value: Math.log, slope: (x) => 1 / x, low: 0.1, high: 9 },
  log1p: { op: tf.log1p, value: Math.log1p, slope: (x) => 1 / (1 + x), low: -0.8, high: 4 },
  sqrt: { op: tf.sqrt, value: Math.sqrt, slope: (x) => 0.5 / Math.sqrt(x), low: 0.05, high: 9 },
  rsqrt: { op: tf.rsqrt, value: (x) => 1 / Math.sqrt(x), slope: (x) => -0.5 * x ** -1.5, low: 0.3, high: 9 },
  reciprocal: { op: tf.reciprocal, value: (x) => 1 / x, slope: (x) => -1 / x ** 2, low: 0.3, high: 4 },
  square: { op: tf.square, value: (x) => x ** 2, slope: (x) => 2 * x, low: -3, high: 3 },
  sigmoid: { op: tf.sigmoid, value: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), low: -6, high: 6 },
  tanh: { op: tf.tanh, value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, low: -3, high: 3 },
  softplus: { op: tf.softplus, value: (x) => Math.log1p(Math.exp(x)), slope: sigmoid, low: -5, high: 5 },
  abs: bent(tf.abs, -1, 1),
  relu: bent(tf.relu, 0, 1),
  leakyRelu: bent((x) => tf.leakyRelu(x, 0.2), 0.2, 1),
  step: { op: (x) => tf.step(x, 0.25), value: (x) => (x > 0 ? 1 : 0.25), slope: () => 0, low: -3, high: 3 },
  clipByValue: {
    op: (x) => tf.clipByValue(x, -0.5, 2),
    value: (x) => Math.min(Math.max(x, -0.5), 2),
    slope: (x) => (x >= -0.5 && x <= 2 ? 1 : 0),
    low: -3,
    high: 3,
  },
  'pow 2': power(2, -3),
  'pow 3': power(3, -3),
  'pow -2': power(-2, 0.5),
  'pow 0.3': power(0.3, 0.1),
}

async function expectUnary(shape: readonly number[], { op, value, slope, low, high }: Unary, tolerance: number): Promise<void> {
  const x = uniformGrid(shape, SEED, 'x', low, high)
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() => withGradients(op, [tensorOf(x)], tensorOf(dy)))
  expectNear('y', values[0], { shape: x.shape, data: x.data.map(value) }, tolerance, 0.1)
  expectNear('dx', values[1], { shape: x.shape, data: dy.data.map((d, i) => d * slope(x.data[i]!)) }, tolerance, 0.1)
}

type OfTwo = (a: number, b: number) => number

interface Binary {
  readonly op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
  readonly value: OfTwo
  readonly slopes: readonly [OfTwo, OfTwo]
}

const BINARY: Record<string, Binary> = {
  add: { op: tf.add, value: (a, b) => a + b, slopes: [() => 1, () => 1] },
  sub: { op: tf.sub, value: (a, b) => a - b, slopes: [() => 1, () => -1] },
  mul: { op: tf.mul, value: (a, b) => a * b, slopes: [(_, b) => b, (a) => a] },
  div: { op: tf.div, value: (a, b) => a / b, slopes: [(_, b) => 1 / b, (a, b) => -a / b ** 2] },
  maximum: { op: tf.maximum, value: Math.max, slopes: [(a, b) => (a > b ? 1 : 0), (a, b) => (b > a ? 1 : 0)] },
  minimum: { op: tf.minimum, value: Math.min, slopes: [(a, b) => (a < b ? 1 : 0), (a, b) => (b < a ? 1 : 0)] },
  squaredDifference: {
    op: tf.squaredDifference,
    value: (a, b) => (a - b) ** 2,
    slopes: [(a, b) => 2 * (a - b), (a, b) => 2 * (b - a)],
  },
}

const WHOLE: Record<string, Pick<Binary, 'op' | 'value'>> = {
  add: BINARY.add!,
  sub: BINARY.sub!,
  mul: BINARY.mul!,
  maximum: BINARY.maximum!,
  minimum: BINARY.minimum!,
}

const COMPARISONS: Record<string, Pick<Binary, 'op' | 'value'>> = {
  equal: { op: tf.equal, value: (a, b) => Number(a === b) },
  notEqual: { op: tf.notEqual, value: (a, b) => Number(a !== b) },
  greater: { op: tf.greater, value: (a, b) => Number(a > b) },
  greaterEqual: { op: tf.greaterEqual, value: (a, b) => Number(a >= b) },
  less: { op: tf.less, value: (a, b) => Number(a < b) },
  lessEqual: { op: tf.lessEqual, value: (a, b) => Number(a <= b) },
}

const LOGICAL: Record<string, Pick<Binary, 'op' | 'value'>> = {
  logicalAnd: { op: tf.logicalAnd, value: (a, b) => a & b },
  logicalOr: { op: tf.logicalOr, value: (a, b) => a | b },
  logicalXor: { op: tf.logicalXor, value: (a, b) => a ^ b },
}

interface Pair {
  readonly shape: readonly number[]
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** Two shapes that spread over each other to `shape`: the same, a number against it, one along some axes, or each along some of the other's. */
const pairs: fc.Arbitrary<Pair> = fc
  .tuple(oddTensors(MOST), dice, fc.constantFrom('same', 'number', 'channels', 'one', 'both'), fc.boolean())
  .map(([shape, drawn, kind, isSwapped]) => {
    const flat = shape.map((size, axis) => (drawn[axis]! % 2 ? 1 : size))
    const other = shape.map((size, axis) => (drawn[axis]! % 2 ? size : 1))
    const small =
      kind === 'same' ? shape : kind === 'number' ? [] : kind === 'channels' ? shape.slice(-1) : flat.slice(drawn[11]! % 2)
    const whole = kind === 'both' ? other : shape
    const least = kind === 'both' ? flat : small
    return isSwapped ? { shape, a: least, b: whole } : { shape, a: whole, b: least }
  })

function shapeOf({ shape }: Pair): readonly number[] {
  return shape
}

async function expectBinary({ shape, a, b }: Pair, { op, value, slopes }: Binary, tolerance: number): Promise<void> {
  const left = normalGrid(a, SEED, 'left')
  // Away from 0, for quotients.
  const right = uniformGrid(b, SEED, 'right', 0.5, 3)
  const y = referencePairs(left, right, shape, value)
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() => withGradients(op, [tensorOf(left), tensorOf(right)], tensorOf(dy)))
  expectNear('y', values[0], y, tolerance, 1)
  for (const [k, operand] of [left, right].entries()) {
    const slope = referencePairs(left, right, shape, slopes[k]!)
    const throughValue: Grid = { shape: dy.shape, data: dy.data.map((d, i) => d * slope.data[i]!) }
    expectNear(k === 0 ? 'da' : 'db', values[1 + k], referenceUnspread(throughValue, operand.shape), tolerance, 1)
  }
}

/** Few different values, so that some are equal. */
function halves(shape: readonly number[], purpose: string): Grid {
  const grid = uniformGrid(shape, SEED, purpose, -3, 3)
  return { shape: grid.shape, data: grid.data.map((value) => Math.round(value * 2) / 2) }
}

function doubled({ shape, data }: Grid): Grid {
  return { shape, data: data.map((value) => 2 * value) }
}

function truths(shape: readonly number[], purpose: string): Grid {
  const grid = normalGrid(shape, SEED, purpose)
  return { shape: grid.shape, data: grid.data.map((value) => (value > 0 ? 1 : 0)) }
}

async function expectExact(
  { shape, a, b }: Pair,
  { op, value }: Pick<Binary, 'op' | 'value'>,
  [left, right]: readonly [Grid, Grid],
  dtype: 'float32' | 'int32' | 'bool',
): Promise<void> {
  const [z] = await measure(() => [op(tf.cast(tensorOf(left), dtype), tf.cast(tensorOf(right), dtype))])
  expectNear(`${dtype} [${a}], [${b}]`, z, referencePairs(left, right, shape, value), 0)
}

async function expectWhere(shape: readonly number[]): Promise<void> {
  const condition = truths(shape, 'condition')
  const [a, b, dy] = ['a', 'b', 'dy'].map((purpose) => normalGrid(shape, SEED, purpose)) as [Grid, Grid, Grid]
  const chosen = (yes: Grid, no: Grid | null): Grid => ({
    shape: yes.shape,
    data: yes.data.map((value, i) => (condition.data[i] ? value : (no?.data[i] ?? 0))),
  })
  const values = await measure(() => {
    const truth = tf.cast(tensorOf(condition), 'bool')
    return withGradients((t: tf.Tensor, e: tf.Tensor) => tf.where(truth, t, e), [tensorOf(a), tensorOf(b)], tensorOf(dy))
  })
  const da = chosen(dy, null)
  expectNear('y', values[0], chosen(a, b), 0)
  expectNear('da', values[1], da, 0)
  expectNear('db', values[2], { shape: dy.shape, data: dy.data.map((value, i) => value - da.data[i]!) }, 0)
}

async function expectAddN(shape: readonly number[], count: number, tolerance: number): Promise<void> {
  const terms = Array.from({ length: count }, (_, i) => normalGrid(shape, SEED, `term ${i}`))
  const dy = normalGrid(shape, SEED, 'dy')
  const sum = { shape: dy.shape, data: dy.data.map((_, i) => terms.reduce((all, { data }) => all + data[i]!, 0)) }
  const values = await measure(() =>
    withGradients(
      (...all: tf.Tensor[]) => tf.addN(all),
      terms.map((term) => tensorOf(term)),
      tensorOf(dy),
    ),
  )
  expectNear('y', values[0], sum, tolerance, 1)
  for (const grad of values.slice(1)) expectNear('gradient', grad, dy, 0)
}

async function expectConversions(shape: readonly number[]): Promise<void> {
  const x = halves(shape, 'x')
  const values = await measure(() => {
    const floats = tensorOf(x)
    const wholes = tf.cast(floats, 'int32')
    const bools = tf.cast(floats, 'bool')
    return [
      wholes,
      tf.cast(wholes, 'float32'),
      tf.cast(wholes, 'bool'),
      bools,
      tf.cast(bools, 'float32'),
      tf.cast(bools, 'int32'),
      tf.logicalNot(bools),
      tf.onesLike(wholes),
      tf.zerosLike(floats),
      tf.fill([...shape], 2.5),
      tf.fill([...shape], 7, 'int32'),
    ]
  })
  const whole = (value: number) => Math.trunc(value)
  const truth = (value: number) => (value !== 0 ? 1 : 0)
  const expected: ((value: number) => number)[] = [whole, whole, (value) => truth(whole(value)), truth, truth, truth]
  expected.push(
    (value) => 1 - truth(value),
    () => 1,
    () => 0,
    () => 2.5,
    () => 7,
  )
  for (const [i, f] of expected.entries()) expectNear(`result ${i}`, values[i], { shape: x.shape, data: x.data.map(f) }, 0)
}

async function expectOneHot(shape: readonly number[], depth: number): Promise<void> {
  // Some are no class.
  const x = halves(shape, 'x')
  const classes = x.data.map((value) => Math.round(value))
  const hot = (on: number, off: number): Grid => ({
    shape: [...shape, depth],
    data: Float64Array.from({ length: classes.length * depth }, (_, i) =>
      classes[Math.floor(i / depth)] === i % depth ? on : off,
    ),
  })
  const values = await measure(() => {
    const indices = tf.tensor(Int32Array.from(classes), [...shape], 'int32')
    return [tf.oneHot(indices, depth, 1, 0, 'float32'), tf.oneHot(indices, depth, 5, -2, 'int32')]
  })
  expectNear('float32', values[0], hot(1, 0), 0)
  expectNear('int32', values[1], hot(5, -2), 0)
}

function itself<T>(value: T): T {
  return value
}

/** Ops of tfjs-core that work number by number, with their gradients, against plain loops. */
export function elementwiseSuite(tolerance: number): void {
  describe('ops of one operand, on odd shapes', () => {
    it.each(Object.entries(UNARY))('%s', (_name, unary) =>
      holdsOnOddShapes(oddTensors(MOST), itself, (shape) => expectUnary(shape, unary, tolerance)),
    )
    it('casts, fills and negations', () => holdsOnOddShapes(oddTensors(MOST), itself, expectConversions))
    it('oneHot', () =>
      holdsOnOddShapes(
        fc.tuple(oddTensors(500), fc.integer({ min: 2, max: 5 })),
        ([shape]) => shape,
        ([shape, depth]) => expectOneHot(shape, depth),
      ))
  })

  describe('ops of two operands, on odd shapes that spread over each other', () => {
    it.each(Object.entries(BINARY))('%s', (_name, binary) =>
      holdsOnOddShapes(pairs, shapeOf, (pair) => expectBinary(pair, binary, tolerance)),
    )
    it.each(Object.entries(WHOLE))('%s of whole numbers', (_name, binary) =>
      holdsOnOddShapes(pairs, shapeOf, (pair) =>
        expectExact(pair, binary, [doubled(halves(pair.a, 'a')), doubled(halves(pair.b, 'b'))], 'int32'),
      ),
    )
    it.each(Object.entries(COMPARISONS))('%s', (_name, comparison) =>
      holdsOnOddShapes(pairs, shapeOf, async (pair) => {
        const operands = [halves(pair.a, 'a'), halves(pair.b, 'b')] as const
        await expectExact(pair, comparison, operands, 'float32')
        await expectExact(pair, comparison, [doubled(operands[0]), doubled(operands[1])], 'int32')
      }),
    )
    it.each(Object.entries(LOGICAL))('%s', (_name, logical) =>
      holdsOnOddShapes(oddTensors(MOST), itself, (shape) =>
        expectExact({ shape, a: shape, b: shape }, logical, [truths(shape, 'a'), truths(shape, 'b')], 'bool'),
      ),
    )
    it('where', () => holdsOnOddShapes(oddTensors(MOST), itself, expectWhere))
    it('addN', () =>
      holdsOnOddShapes(
        fc.tuple(oddTensors(MOST), fc.integer({ min: 2, max: 5 })),
        ([shape]) => shape,
        ([shape, count]) => expectAddN(shape, count, tolerance),
      ))
  })
}
