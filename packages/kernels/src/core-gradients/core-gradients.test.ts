import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { random } from '../random'
import { registerCoreGradients } from '.'

beforeAll(async () => {
  await tf.setBackend('cpu')
  registerCoreGradients()
})

const STEP = 2 ** -7

function value(low: number, high: number, shape: readonly number[], purpose: string): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]))
  return tf.tensor(random(17, purpose, 0, 0).fillUniform(values, low, high), [...shape])
}

/** Gradients of sum(f * weights) for each input, and central differences of the same in float64 sums. */
function bothGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]) {
  const weights = value(-1, 1, f(...inputs).shape, 'weights')
  const scalarOf = (...all: tf.Tensor[]) => {
    const w = weights.dataSync()
    return Array.from(f(...all).dataSync()).reduce((sum, y, i) => sum + y * w[i]!, 0)
  }
  const grads = tf
    .grads(f)(inputs, weights)
    .map((grad) => Array.from(grad.dataSync()))
  const differences = inputs.map((input, which) => {
    const values = input.dataSync() as Float32Array
    return Array.from(values, (_, i) => {
      const moved = [STEP, -STEP].map((step) => {
        const copy = values.slice()
        copy[i]! += step
        return scalarOf(...inputs.map((other, k) => (k === which ? tf.tensor(copy, input.shape) : other)))
      })
      return (moved[0]! - moved[1]!) / (2 * STEP)
    })
  })
  return { grads, differences }
}

type Case = readonly [
  title: string,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  ...shapes: (readonly [readonly number[], number, number])[],
]

const SMALL = [[2, 3], -1, 1] as const
const POSITIVE = [[2, 3], 0.5, 2] as const
/** Away from the kink at 0 by more than the step. */
const NEGATIVE = [[2, 3], -2, -0.5] as const
const VOLUME = [[1, 2, 3, 2, 2], -1, 1] as const

const CASES: readonly Case[] = [
  ['add', (a, b) => tf.add(a, b), SMALL, SMALL],
  ['add, a vector of channels', (a, b) => tf.add(a, b), VOLUME, [[2], -1, 1]],
  ['add, a scalar', (a, b) => tf.add(a, b), SMALL, [[], -1, 1]],
  ['add, ones in the middle', (a, b) => tf.add(a, b), [[2, 1, 3], -1, 1], [[2, 4, 1], -1, 1]],
  ['add a tensor to itself', (a) => tf.add(a, a), SMALL],
  ['addN', (a, b) => tf.addN([a, b, a]), SMALL, SMALL],
  ['sub', (a, b) => tf.sub(a, b), [[2, 1], -1, 1], SMALL],
  ['mul', (a, b) => tf.mul(a, b), VOLUME, [[1, 2, 1, 1, 2], -1, 1]],
  ['mul by itself', (a) => tf.mul(a, a), SMALL],
  ['mul by a number', (a) => tf.mul(a, 3), SMALL],
  ['div', (a, b) => tf.div(a, b), SMALL, [[3], 0.5, 2]],
  ['squaredDifference', (a, b) => tf.squaredDifference(a, b), SMALL, [[3], -1, 1]],
  ['maximum', (a, b) => tf.maximum(a, b), SMALL, [[], 0.1, 0.1]],
  ['minimum', (a, b) => tf.minimum(a, b), SMALL, [[], 0.1, 0.1]],
  ['pow', (a, b) => tf.pow(a, b), POSITIVE, [[3], -1, 2]],
  ['pow 2 of negative numbers', (a) => tf.pow(a, 2), SMALL],
  ['neg', (a) => tf.neg(a), SMALL],
  ['clone', (a) => tf.clone(a), SMALL],
  ['exp', (a) => tf.exp(a), SMALL],
  ['expm1', (a) => tf.expm1(a), SMALL],
  ['log', (a) => tf.log(a), POSITIVE],
  ['log1p', (a) => tf.log1p(a), POSITIVE],
  ['sqrt', (a) => tf.sqrt(a), POSITIVE],
  ['rsqrt', (a) => tf.rsqrt(a), POSITIVE],
  ['reciprocal', (a) => tf.reciprocal(a), POSITIVE],
  ['square', (a) => tf.square(a), SMALL],
  ['abs of positive numbers', (a) => tf.abs(a), POSITIVE],
  ['abs of negative numbers', (a) => tf.abs(a), NEGATIVE],
  ['relu of positive numbers', (a) => tf.relu(a), POSITIVE],
  ['leakyRelu of negative numbers', (a) => tf.leakyRelu(a, 0.3), NEGATIVE],
  ['sigmoid', (a) => tf.sigmoid(a), SMALL],
  ['tanh', (a) => tf.tanh(a), SMALL],
  ['softplus', (a) => tf.softplus(a), SMALL],
  ['clipByValue', (a) => tf.clipByValue(a, -10, 10), SMALL],
  [
    'where',
    (a, b) =>
      tf.where(
        tf.tensor2d(
          [
            [1, 0, 1],
            [0, 1, 0],
          ],
          [2, 3],
          'bool',
        ),
        a,
        b,
      ),
    SMALL,
    SMALL,
  ],
  ['cast of a comparison, times x', (a) => tf.mul(a, tf.cast(tf.greater(a, 0), 'float32')), POSITIVE],
  ['sum', (a) => tf.sum(a), SMALL],
  ['sum over axis 0', (a) => tf.sum(a, 0), SMALL],
  ['sum over the last axis, kept', (a) => tf.sum(a, -1, true), VOLUME],
  ['sum over the middle', (a) => tf.sum(a, [1, 3]), VOLUME],
  ['mean', (a) => tf.mean(a), SMALL],
  ['mean over two axes', (a) => tf.mean(a, [0, 2]), [[2, 3, 4], -1, 1]],
  ['mean over the last axis, kept', (a) => tf.mean(a, -1, true), VOLUME],
  ['moments', (a) => tf.moments(a, [0, 1]).variance, [[2, 3, 2], -1, 1]],
  ['max over an axis', (a) => tf.max(a, 1), [[3, 5], -4, 4]],
  ['min of all', (a) => tf.min(a), [[7], -4, 4]],
  ['softmax', (a) => tf.softmax(a), VOLUME],
  ['logSoftmax', (a) => tf.logSoftmax(a), SMALL],
  ['logSumExp', (a) => tf.logSumExp(a, -1), SMALL],
  ['norm', (a) => tf.norm(a), SMALL],
  ['matMul', (a, b) => tf.matMul(a, b), [[2, 3], -1, 1], [[3, 4], -1, 1]],
  ['matMul, first transposed', (a, b) => tf.matMul(a, b, true, false), [[3, 2], -1, 1], [[3, 4], -1, 1]],
  ['matMul, second transposed', (a, b) => tf.matMul(a, b, false, true), [[2, 3], -1, 1], [[4, 3], -1, 1]],
  ['matMul, both transposed', (a, b) => tf.matMul(a, b, true, true), [[3, 2], -1, 1], [[4, 3], -1, 1]],
  ['matMul of batches, one shared', (a, b) => tf.matMul(a, b), [[3, 2, 2], -1, 1], [[1, 2, 3], -1, 1]],
  ['reshape', (a) => tf.square(tf.reshape(a, [3, 2])), SMALL],
  ['squeeze', (a) => tf.square(tf.squeeze(a)), [[1, 3, 1], -1, 1]],
  ['expandDims', (a) => tf.square(tf.expandDims(a, 1)), SMALL],
  ['transpose', (a) => tf.transpose(a, [0, 4, 2, 1, 3]), VOLUME],
  ['transpose without an order', (a) => tf.transpose(a), SMALL],
  ['reverse', (a) => tf.reverse(a, 1), SMALL],
  ['slice', (a) => tf.slice(a, [0, 1, 0, 1, 0], [1, 1, -1, 1, 2]), VOLUME],
  ['slice of the first axis only', (a) => tf.slice(a, 1, 1), SMALL],
  [
    'pad',
    (a) =>
      tf.pad(a, [
        [1, 0],
        [0, 2],
      ]),
    SMALL,
  ],
  ['tile', (a) => tf.tile(a, [1, 2, 1, 3, 2]), VOLUME],
  ['broadcastTo', (a) => tf.broadcastTo(a, [4, 2, 3]), [[2, 1], -1, 1]],
  ['concat', (a, b) => tf.concat([a, b, a], -1), VOLUME, [[1, 2, 3, 2, 1], -1, 1]],
  ['concat of one', (a) => tf.concat([a], 0), SMALL],
  ['stack', (a, b) => tf.stack([a, b], 1), SMALL, SMALL],
  ['stack along the last axis', (a, b) => tf.stack([a, b], -1), SMALL, SMALL],
  ['unstack', (a) => tf.mul(tf.unstack(a, 1)[0]!, tf.unstack(a, 1)[2]!), SMALL],
  ['split, one part unused', (a) => tf.square(tf.split(a, 3, 1)[1]!), SMALL],
  ['gather, an index twice', (a) => tf.gather(a, tf.tensor1d([2, 0, 2, 1], 'int32'), 1), [[2, 3, 2], -1, 1]],
  [
    'gather along the first axis',
    (a) =>
      tf.gather(
        a,
        tf.tensor2d(
          [
            [1, 1],
            [0, 1],
          ],
          [2, 2],
          'int32',
        ),
      ),
    SMALL,
  ],
  [
    'gather, a batch dimension',
    (a) =>
      tf.gather(
        a,
        tf.tensor2d(
          [
            [2, 0, 2],
            [1, 1, 0],
          ],
          [2, 3],
          'int32',
        ),
        1,
        1,
      ),
    [[2, 3, 2], -1, 1],
  ],
  [
    'gather, a batch dimension before the axis',
    (a) =>
      tf.gather(
        a,
        tf.tensor2d(
          [
            [3, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        2,
        1,
      ),
    [[2, 3, 4], -1, 1],
  ],
  [
    'gatherND',
    (a) =>
      tf.gatherND(
        a,
        tf.tensor2d(
          [
            [0, 1],
            [1, 2],
            [0, 1],
          ],
          [3, 2],
          'int32',
        ),
      ),
    SMALL,
  ],
]

describe('gradients of tfjs-core ops agree with central differences', () => {
  it.each(CASES.map(([title, f, ...specs]) => [title, { f, specs }] as const))('%s', (_title, { f, specs }) => {
    const before = tf.memory()
    const { grads, differences } = tf.tidy(() =>
      bothGradients(
        f,
        specs.map(([shape, low, high], i) => value(low, high, shape, `input ${i}`)),
      ),
    )
    for (const [which, grad] of grads.entries()) {
      const difference = differences[which]!
      expect(grad.length).toBe(difference.length)
      for (const [i, g] of grad.entries()) {
        // The step squared times a third derivative, and float32 rounding over the step.
        expect(Math.abs(g - difference[i]!), `input ${which}, ${i}: ${g} instead of ${difference[i]}`).toBeLessThan(
          1e-3 * Math.max(1, Math.abs(difference[i]!)),
        )
      }
    }
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers })
  })
})

function gradientAt(f: (x: tf.Tensor) => tf.Tensor, values: number[]): number[] {
  return Array.from(
    tf.tidy(() =>
      tf
        .grad((x) => tf.sum(f(x)))(tf.tensor1d(values))
        .dataSync(),
    ),
  )
}

describe('gradients where there is more than one answer', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor, number[], number[]]>([
    ['relu is flat at 0', (x) => tf.relu(x), [-1, 0, 1], [0, 0, 1]],
    ['abs falls at 0', (x) => tf.abs(x), [-1, 0, 1], [-1, -1, 1]],
    [
      'the cross entropy of tfjs-core has its slope at 0: 1/2 less the label',
      (x) => tf.losses.sigmoidCrossEntropy(tf.tensor1d([0, 1, 0.25]), x, undefined, 0, tf.Reduction.SUM),
      [0, 0, 0],
      [0.5, -0.5, 0.25],
    ],
    ['clipByValue passes at its bounds and not beyond', (x) => tf.clipByValue(x, 0, 1), [-0.5, 0, 0.5, 1, 1.5], [0, 1, 1, 1, 0]],
    ['maximum with a bound passes at the bound', (x) => tf.maximum(x, 0.5), [0, 0.5, 1], [0, 1, 1]],
    ['max is shared among equals', (x) => tf.max(x), [1, 3, 3], [0, 0.5, 0.5]],
    ['pow 0 is flat, also at 0', (x) => tf.pow(x, 0), [0, 2], [0, 0]],
    ['round is flat, next to x', (x) => tf.add(tf.round(x), x), [0.2, 0.7], [1, 1]],
    ['step is flat, next to x', (x) => tf.add(tf.step(x), x), [-1, 2], [1, 1]],
    ['a cast to int32 is flat, next to x', (x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), x), [0.2, 1.7], [1, 1]],
    ['a cast to bool is flat, next to x', (x) => tf.add(tf.cast(tf.cast(x, 'bool'), 'float32'), x), [0.2, 1.7], [1, 1]],
    ['argMax is flat, next to x', (x) => tf.add(tf.cast(tf.argMax(x, 0), 'float32'), x), [0.2, 1.7], [1, 1]],
    ['zerosLike and onesLike are flat, next to x', (x) => tf.addN([tf.zerosLike(x), tf.onesLike(x), x]), [0.2, 1.7], [1, 1]],
  ])('%s', (_title, f, at, expected) => {
    expect(gradientAt(f, at)).toEqual(expected)
  })
})

it('leaves a gradient that somebody else has registered', () => {
  const own = tf.getGradient('Square')
  tf.unregisterGradient('Square')
  const other: tf.GradConfig = { kernelName: 'Square', gradFunc: () => ({}) }
  tf.registerGradient(other)
  registerCoreGradients()
  expect(tf.getGradient('Square')).toBe(other)
  tf.unregisterGradient('Square')
  tf.registerGradient(own)
})
