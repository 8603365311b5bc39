import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convBatchNorm3d } from '../conv-batch-norm3d'
import { type ConvolutionCase, caseTitle, TRANSPOSED_WINDOWS } from './convolution-cases'
import { type Grid, normalGrid, tensorOf } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { holdsOnOddShapes, oddConvolutions } from './odd-shapes'
import {
  distanceToKink,
  gradientTerms,
  referenceBatchNorm,
  referenceBatchNormGrad,
  referenceMoments,
  roundingGrowth,
} from './reference-batch-norm'
import {
  referenceBias,
  referenceBiasGrad,
  referenceConvolution,
  referenceGradFilter,
  referenceGradInput,
  referenceTransposed,
} from './reference-convolution'

const EPSILON = 1e-5
const KINK_DISTANCE = 1e-4

interface FusedCase extends ConvolutionCase {
  readonly transposed: boolean
  readonly training: boolean
  readonly relu: boolean
  readonly withResidual: boolean
  readonly withBias: boolean
}

const UNITS: readonly (ConvolutionCase & { transposed: boolean })[] = [
  { kernel: 3, stride: 1, padding: 1, grid: [2, 3, 4, 5], cin: 1, cout: 8, transposed: false },
  { kernel: 3, stride: 1, padding: 1, grid: [1, 5, 3, 4], cin: 8, cout: 17, transposed: false },
  { kernel: 3, stride: 1, padding: 1, grid: [2, 6, 5, 4], cin: 16, cout: 16, transposed: false },
  { kernel: 3, stride: 2, padding: 1, grid: [2, 5, 6, 3], cin: 3, cout: 8, transposed: false },
  { kernel: 2, stride: 2, padding: 0, grid: [2, 5, 6, 4], cin: 8, cout: 3, transposed: false },
  { kernel: 1, stride: 2, padding: 0, grid: [2, 5, 4, 3], cin: 3, cout: 2, transposed: false },
  { kernel: 7, stride: 1, padding: 3, grid: [1, 4, 5, 3], cin: 1, cout: 3, transposed: false },
  { kernel: 2, stride: 2, padding: 0, grid: [2, 2, 3, 2], cin: 17, cout: 8, transposed: true },
  { kernel: 2, stride: 2, padding: 0, grid: [1, 3, 2, 2], cin: 3, cout: 1, transposed: true },
]

const CASES: FusedCase[] = UNITS.flatMap((unit) => [
  { ...unit, training: true, relu: true, withResidual: false, withBias: true },
  { ...unit, training: true, relu: true, withResidual: true, withBias: false },
  { ...unit, training: true, relu: false, withResidual: false, withBias: true },
  { ...unit, training: false, relu: true, withResidual: true, withBias: true },
  { ...unit, training: false, relu: true, withResidual: false, withBias: false },
])

function titleOf(entry: FusedCase): string {
  const parts = [entry.training ? 'training' : 'inference']
  if (entry.relu) parts.push('relu')
  if (entry.withResidual) parts.push('residual')
  if (entry.withBias) parts.push('bias')
  return `${entry.transposed ? 'transposed ' : ''}${caseTitle(entry)} ${parts.join(' + ')}`
}

/** Random inputs and what the reference makes of them; the first seed that keeps its distance from the ReLU's kink. */
function inputsOf(entry: FusedCase) {
  const { kernel, stride, padding, grid, cin, cout, transposed, training, relu, withResidual, withBias } = entry
  for (let seed = 1; ; seed++) {
    const x = normalGrid([...grid, cin], seed, 'x')
    const taps = [kernel, kernel, kernel]
    const filter = normalGrid([...taps, ...(transposed ? [cout, cin] : [cin, cout])], seed, 'filter', 0, 0.3)
    const bias = withBias ? normalGrid([cout], seed, 'bias') : undefined
    const convolved = (transposed ? referenceTransposed : referenceConvolution)(x, filter, { stride, padding })
    const z = bias ? referenceBias(convolved, bias) : convolved
    const given = { mean: normalGrid([cout], seed, 'mean'), variance: variances(cout) }
    const parameters = {
      gamma: normalGrid([cout], seed, 'gamma', 1, 0.3),
      beta: normalGrid([cout], seed, 'beta', 0.3, 0.3),
      ...(training ? referenceMoments(z) : given),
      residual: withResidual ? normalGrid(z.shape, seed, 'residual') : undefined,
      epsilon: EPSILON,
      relu,
      training,
    }
    if (distanceToKink(z, parameters) > KINK_DISTANCE * roundingGrowth(z, parameters))
      return { x, filter, bias, z, parameters, dy: normalGrid(z.shape, seed, 'dy') }
  }
}

function variances(channels: number): Grid {
  return { shape: [channels], data: Float64Array.from({ length: channels }, (_, c) => 1 + 0.25 * c) }
}

async function expectConvBatchNorm(entry: FusedCase, tolerance: number): Promise<void> {
  const { stride, padding, transposed, training, relu } = entry
  const { x, filter, bias, z, parameters, dy } = inputsOf(entry)
  const named: Record<string, Grid> = { x, filter, gamma: parameters.gamma, beta: parameters.beta }
  if (bias) named.bias = bias
  if (parameters.residual) named.residual = parameters.residual
  const names = Object.keys(named)
  const allowed = tolerance * roundingGrowth(z, parameters)
  const values = await measure(() => {
    const given = training
      ? { training }
      : { training, mean: tensorOf<tf.Tensor1D>(parameters.mean), variance: tensorOf<tf.Tensor1D>(parameters.variance) }
    const run = (...inputs: tf.Tensor[]) => {
      const { x: input, ...rest } = Object.fromEntries(names.map((name, i) => [name, inputs[i]])) as { x: tf.Tensor5D } & {
        filter: tf.Tensor5D
        gamma: tf.Tensor1D
        beta: tf.Tensor1D
      }
      return convBatchNorm3d(input, { ...rest, stride, padding, transposed, relu, epsilon: EPSILON, ...given })
    }
    const inputs = Object.values(named).map((grid) => tensorOf(grid))
    const { mean, variance } = run(...inputs)
    return [mean, variance, ...withGradients((...all: tf.Tensor[]) => run(...all).y, inputs, tensorOf(dy))]
  })
  const grads = referenceBatchNormGrad(dy, z, parameters)
  const attrs = { stride, padding }
  const throughNorm = gradientTerms(dy, parameters)
  const terms: Record<string, number> = { x: throughNorm, filter: throughNorm, bias: throughNorm, gamma: 1, beta: 1 }
  const expected: Record<string, Grid> = {
    x: transposed ? referenceConvolution(grads.dx, filter, attrs) : referenceGradInput(grads.dx, filter, x.shape, attrs),
    filter: transposed
      ? referenceGradFilter(grads.dx, x, filter.shape, attrs)
      : referenceGradFilter(x, grads.dx, filter.shape, attrs),
    gamma: grads.dgamma,
    beta: grads.dbeta,
    bias: referenceBiasGrad(grads.dx),
    residual: grads.dresidual,
  }
  expectNear('mean', values[0], parameters.mean, allowed, 1)
  expectNear('variance', values[1], parameters.variance, allowed)
  expectNear('y', values[2], referenceBatchNorm(z, parameters), allowed, 1)
  for (const [i, name] of names.entries()) {
    if (name === 'bias' && training)
      expect(
        values[3 + i]!.every((value) => value === 0),
        'dbias is exactly 0',
      ).toBe(true)
    else expectNear(`d${name}`, values[3 + i], expected[name]!, allowed, terms[name])
  }
}

/** convBatchNorm3d with its gradients, against plain loops. */
export function convBatchNormSuite(tolerance: number): void {
  describe('convBatchNorm3d', () => {
    it.each(CASES.map((entry) => [titleOf(entry), entry] as const))('%s', (_title, entry) =>
      expectConvBatchNorm(entry, tolerance),
    )

    it.each([false, true])('agrees on odd shapes, transposed: %s', (transposed) =>
      holdsOnOddShapes(
        fc
          .tuple(
            oddConvolutions(transposed ? TRANSPOSED_WINDOWS : undefined),
            fc.record({ training: fc.boolean(), relu: fc.boolean(), withResidual: fc.boolean(), withBias: fc.boolean() }),
          )
          .map(([convolution, options]) => ({ ...convolution, ...options, transposed })),
        ({ grid, cin }) => [...grid, cin],
        (entry) => expectConvBatchNorm(entry, tolerance),
      ),
    )

    it('gives a chain of two units its gradients without a leak, with some inputs constant', async () => {
      const attrs = { stride: 1, padding: 1 }
      const x = normalGrid([1, 4, 5, 3, 2], 3, 'x')
      const filter = normalGrid([3, 3, 3, 2, 2], 3, 'filter')
      const ones = { shape: [2], data: new Float64Array(2).fill(1) }
      const [, dfilter] = await measure(() => {
        const input = tensorOf<tf.Tensor5D>(x)
        const vectors = { gamma: tensorOf<tf.Tensor1D>(ones), beta: tensorOf<tf.Tensor1D>(ones) }
        const unit = (a: tf.Tensor5D, b: tf.Tensor5D, residual?: tf.Tensor5D) =>
          convBatchNorm3d(a, { filter: b, ...vectors, ...attrs, residual, relu: true, training: true }).y
        return withGradients((b: tf.Tensor5D) => tf.sum(tf.square(unit(unit(input, b), b, input))), [tensorOf(filter)])
      })
      expect(dfilter!.some((value) => value !== 0)).toBe(true)
      expect(dfilter!.every(Number.isFinite)).toBe(true)
    })

    it('gives the same bits each time', async () => {
      const x = normalGrid([2, 6, 5, 7, 8], 4, 'x')
      const filter = normalGrid([3, 3, 3, 8, 8], 4, 'filter')
      const gamma = normalGrid([8], 4, 'gamma')
      const run = () =>
        measure(() =>
          withGradients(
            (a: tf.Tensor5D, b: tf.Tensor5D, c: tf.Tensor1D) =>
              convBatchNorm3d(a, { filter: b, gamma: c, beta: c, padding: 1, relu: true, training: true }).y,
            [tensorOf(x), tensorOf(filter), tensorOf(gamma)],
          ),
        )
      expect(await run()).toEqual(await run())
    })
  })
}
