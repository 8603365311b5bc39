import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchNorm3d } from '../batch-norm3d'
import { type Grid, normalGrid, tensorOf } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { holdsOnOddShapes, oddMaps } from './odd-shapes'
import {
  distanceToKink,
  gradientTerms,
  referenceBatchNorm,
  referenceBatchNormGrad,
  referenceMoments,
  roundingGrowth,
} from './reference-batch-norm'

const EPSILON = 1e-5
/** Pre-activations stay this far from 0 in the tests: far beyond float32 rounding. */
const KINK_DISTANCE = 1e-4

interface NormCase {
  readonly shape: readonly number[]
  readonly training: boolean
  readonly relu: boolean
  readonly withResidual: boolean
}

const SHAPES = [
  [2, 3, 4, 5, 1],
  [1, 5, 3, 2, 2],
  [2, 3, 4, 3, 3],
  [2, 2, 3, 5, 8],
  [1, 4, 3, 3, 17],
  [4, 1, 3, 1, 32],
]

const CASES: NormCase[] = SHAPES.flatMap((shape) =>
  [true, false].flatMap((training) =>
    [
      { relu: false, withResidual: false },
      { relu: true, withResidual: false },
      { relu: false, withResidual: true },
      { relu: true, withResidual: true },
    ].map((options) => ({ shape, training, ...options })),
  ),
)

/** Random inputs whose pre-activations keep their distance from the ReLU's kink; the first seed that does. */
function inputsOf({ shape, training, relu, withResidual }: NormCase) {
  const channels = [shape[shape.length - 1]!]
  for (let seed = 1; ; seed++) {
    const x = normalGrid(shape, seed, 'x', 2, 1.5)
    const statistics = training
      ? referenceMoments(x)
      : { mean: normalGrid(channels, seed, 'mean', 2, 0.3), variance: positiveGrid(channels, seed) }
    const parameters = {
      gamma: normalGrid(channels, seed, 'gamma', 1, 0.5),
      beta: normalGrid(channels, seed, 'beta', 0.2, 0.5),
      ...statistics,
      residual: withResidual ? normalGrid(shape, seed, 'residual') : undefined,
      epsilon: EPSILON,
      relu,
      training,
    }
    if (distanceToKink(x, parameters) > KINK_DISTANCE * roundingGrowth(x, parameters))
      return { x, parameters, dy: normalGrid(shape, seed, 'dy') }
  }
}

function positiveGrid(shape: readonly number[], seed: number): Grid {
  const grid = normalGrid(shape, seed, 'variance')
  return { shape: grid.shape, data: grid.data.map((value) => Math.fround(0.5 + Math.abs(value))) }
}

function titleOf({ shape, training, relu, withResidual }: NormCase): string {
  const parts = [training ? 'training' : 'inference', relu ? 'relu' : '', withResidual ? 'residual' : '']
  return `[${shape.join(',')}] ${parts.filter(Boolean).join(' + ')}`
}

async function expectBatchNorm(entry: NormCase, tolerance: number): Promise<void> {
  const { training, relu, withResidual } = entry
  const { x, parameters, dy } = inputsOf(entry)
  const allowed = tolerance * roundingGrowth(x, parameters)
  const values = await measure(() => {
    const given = training
      ? { training }
      : { training, mean: tensorOf<tf.Tensor1D>(parameters.mean), variance: tensorOf<tf.Tensor1D>(parameters.variance) }
    const normalise = (a: tf.Tensor5D, gamma: tf.Tensor1D, beta: tf.Tensor1D, residual?: tf.Tensor5D) =>
      batchNorm3d(a, { gamma, beta, epsilon: EPSILON, relu, residual, ...given })
    const inputs = [tensorOf(x), tensorOf(parameters.gamma), tensorOf(parameters.beta)]
    if (parameters.residual) inputs.push(tensorOf(parameters.residual))
    const { mean, variance } = normalise(...(inputs as [tf.Tensor5D, tf.Tensor1D, tf.Tensor1D]))
    return [mean, variance, ...withGradients((...all: Parameters<typeof normalise>) => normalise(...all).y, inputs, tensorOf(dy))]
  })
  const grads = referenceBatchNormGrad(dy, x, parameters)
  expectNear('mean', values[0], parameters.mean, allowed, 1)
  expectNear('variance', values[1], parameters.variance, allowed)
  expectNear('y', values[2], referenceBatchNorm(x, parameters), allowed, 1)
  expectNear('dx', values[3], grads.dx, allowed, gradientTerms(dy, parameters))
  expectNear('dgamma', values[4], grads.dgamma, allowed, 1)
  expectNear('dbeta', values[5], grads.dbeta, allowed, 1)
  if (withResidual) expectNear('dresidual', values[6], grads.dresidual, allowed)
}

/** batchNorm3d with its gradients, against plain loops. */
export function batchNormSuite(tolerance: number): void {
  describe('batchNorm3d', () => {
    it.each(CASES.map((entry) => [titleOf(entry), entry] as const))('%s', (_title, entry) => expectBatchNorm(entry, tolerance))

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.record({ shape: oddMaps(), training: fc.boolean(), relu: fc.boolean(), withResidual: fc.boolean() }),
        ({ shape }) => shape,
        (entry) => expectBatchNorm(entry, tolerance),
      ))

    it.each([true, false])(
      'masks the gradient exactly where y is 0, also within rounding of the kink (training: %s)',
      async (training) => {
        const shape = [2, 6, 5, 7, 3]
        const x = normalGrid(shape, 5, 'x', 1, 2)
        const gamma = normalGrid([3], 5, 'gamma', 1, 0.3)
        const beta = normalGrid([3], 5, 'beta')
        const variance = { shape: [3], data: Float64Array.of(1.5, 0.7, 2.25).map(Math.fround) }
        const [y, dresidual] = await measure(() => {
          const input = tensorOf<tf.Tensor5D>(x)
          const given = training
            ? { training }
            : { training, mean: tf.ones<tf.Rank.R1>([3]), variance: tensorOf<tf.Tensor1D>(variance) }
          const options = { gamma: tensorOf<tf.Tensor1D>(gamma), beta: tensorOf<tf.Tensor1D>(beta), ...given }
          // The residual cancels the normalised map: what is left before the ReLU is rounding, of either sign.
          const plain = batchNorm3d(input, options).y
          const factor = tf.add(1, tf.mul(tensorOf<tf.Tensor5D>(normalGrid(shape, 6, 'factor')), 1e-7))
          const residual = tf.neg(tf.mul<tf.Tensor5D>(plain, factor))
          return withGradients(
            (r: tf.Tensor5D) => batchNorm3d(input, { ...options, relu: true, residual: r }).y,
            [residual],
            tf.ones(shape),
          )
        })
        const active = Array.from(y!, (value) => (value > 0 ? 1 : 0))
        expect(new Set(active)).toEqual(new Set([0, 1]))
        expect(Array.from(dresidual!)).toEqual(active)
      },
    )

    it('keeps its digits where the mean is large against the deviation', async () => {
      const x = normalGrid([2, 5, 4, 3, 4], 7, 'x', 100, 1)
      const { mean, variance } = referenceMoments(x)
      const one = { shape: [4], data: new Float64Array(4).fill(1) }
      const zero = { shape: [4], data: new Float64Array(4) }
      const parameters = { gamma: one, beta: zero, mean, variance, epsilon: EPSILON, relu: false }
      const values = await measure(() => {
        const result = batchNorm3d(tensorOf(x), { gamma: tensorOf(one), beta: tensorOf(zero), training: true })
        return [result.y, result.variance]
      })
      // The input itself is known to 100 * 2^-24, a hundredfold of the deviation's own rounding.
      expectNear('y', values[0], referenceBatchNorm(x, parameters), 100 * tolerance)
      expectNear('variance', values[1], variance, 100 * tolerance)
    })

    it('lets NaN through the ReLU, so that training notices it', async () => {
      const x = normalGrid([1, 2, 2, 2, 1], 8, 'x')
      x.data[3] = Number.NaN
      const [training, inference] = await measure(() => {
        const vector = { gamma: tf.ones<tf.Rank.R1>([1]), beta: tf.zeros<tf.Rank.R1>([1]), relu: true }
        const given = { mean: tf.zeros<tf.Rank.R1>([1]), variance: tf.ones<tf.Rank.R1>([1]) }
        const input = tensorOf<tf.Tensor5D>(x)
        return [
          batchNorm3d(input, { ...vector, training: true }).y,
          batchNorm3d(input, { ...vector, ...given, training: false }).y,
        ]
      })
      expect(training!.every(Number.isNaN)).toBe(true)
      expect(inference![3]).toBeNaN()
    })
  })
}
