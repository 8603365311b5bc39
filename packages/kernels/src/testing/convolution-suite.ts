import type * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { convTranspose3d } from '../conv-transpose3d'
import { conv3d } from '../conv3d'
import { CONVOLUTIONS, type ConvolutionCase, caseTitle, TRANSPOSED_CONVOLUTIONS, TRANSPOSED_WINDOWS } from './convolution-cases'
import { normalGrid, tensorOf } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { holdsOnOddShapes, oddConvolutions } from './odd-shapes'
import {
  referenceBias,
  referenceBiasGrad,
  referenceConvolution,
  referenceGradFilter,
  referenceGradInput,
  referenceTransposed,
} from './reference-convolution'

const SEED = 11

/** Errors are measured against at least this: a sum of few products may come out near 0. */
const ONE_PRODUCT = 1

async function expectConvolution(entry: ConvolutionCase, tolerance: number): Promise<void> {
  const { kernel, stride, padding, grid, cin, cout } = entry
  const attrs = { stride, padding }
  const x = normalGrid([...grid, cin], SEED, 'x')
  const filter = normalGrid([kernel, kernel, kernel, cin, cout], SEED, 'filter')
  const bias = normalGrid([cout], SEED, 'bias')
  const y = referenceBias(referenceConvolution(x, filter, attrs), bias)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const values = await measure(() =>
    withGradients(
      (a: tf.Tensor5D, b: tf.Tensor5D, c: tf.Tensor1D) => conv3d(a, b, c, attrs),
      [tensorOf(x), tensorOf(filter), tensorOf(bias)],
      tensorOf(dy),
    ),
  )
  expectNear('y', values[0], y, tolerance, ONE_PRODUCT)
  expectNear('dx', values[1], referenceGradInput(dy, filter, x.shape, attrs), tolerance, ONE_PRODUCT)
  expectNear('dfilter', values[2], referenceGradFilter(x, dy, filter.shape, attrs), tolerance, ONE_PRODUCT)
  expectNear('dbias', values[3], referenceBiasGrad(dy), tolerance, ONE_PRODUCT)
}

async function expectTransposed(entry: ConvolutionCase, tolerance: number): Promise<void> {
  const { kernel, stride, padding, grid, cin, cout } = entry
  const attrs = { stride, padding }
  const x = normalGrid([...grid, cin], SEED, 'x')
  const filter = normalGrid([kernel, kernel, kernel, cout, cin], SEED, 'filter')
  const bias = normalGrid([cout], SEED, 'bias')
  const y = referenceBias(referenceTransposed(x, filter, attrs), bias)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const values = await measure(() =>
    withGradients(
      (a: tf.Tensor5D, b: tf.Tensor5D, c: tf.Tensor1D) => convTranspose3d(a, b, c, attrs),
      [tensorOf(x), tensorOf(filter), tensorOf(bias)],
      tensorOf(dy),
    ),
  )
  expectNear('y', values[0], y, tolerance, ONE_PRODUCT)
  expectNear('dx', values[1], referenceConvolution(dy, filter, attrs), tolerance, ONE_PRODUCT)
  expectNear('dfilter', values[2], referenceGradFilter(dy, x, filter.shape, attrs), tolerance, ONE_PRODUCT)
  expectNear('dbias', values[3], referenceBiasGrad(dy), tolerance, ONE_PRODUCT)
}

function inputShape({ grid, cin }: ConvolutionCase): number[] {
  return [...grid, cin]
}

/** conv3d and convTranspose3d with their gradients, against plain loops. */
export function convolutionSuite(tolerance: number): void {
  describe('conv3d', () => {
    it.each(CONVOLUTIONS.map((entry) => [caseTitle(entry), entry] as const))('%s', (_title, entry) =>
      expectConvolution(entry, tolerance),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(oddConvolutions(), inputShape, (entry) => expectConvolution(entry, tolerance)))

    it('works without a bias and with only the filter to differentiate', async () => {
      const attrs = { stride: 1, padding: 1 }
      const x = normalGrid([1, 4, 5, 3, 2], SEED, 'x')
      const filter = normalGrid([3, 3, 3, 2, 3], SEED, 'filter')
      const y = referenceConvolution(x, filter, attrs)
      const dy = normalGrid(y.shape, SEED, 'dy')
      const values = await measure(() => {
        const constant = tensorOf<tf.Tensor5D>(x)
        return withGradients((b: tf.Tensor5D) => conv3d(constant, b, null, attrs), [tensorOf(filter)], tensorOf(dy))
      })
      expectNear('y', values[0], y, tolerance)
      expectNear('dfilter', values[1], referenceGradFilter(x, dy, filter.shape, attrs), tolerance)
    })

    it('gives the same bits each time', async () => {
      const x = normalGrid([2, 9, 8, 7, 16], SEED, 'x')
      const filter = normalGrid([3, 3, 3, 16, 16], SEED, 'filter')
      const run = () =>
        measure(() =>
          withGradients(
            (a: tf.Tensor5D, b: tf.Tensor5D) => conv3d(a, b, null, { padding: 1 }),
            [tensorOf(x), tensorOf(filter)],
            tensorOf(x),
          ),
        )
      expect(await run()).toEqual(await run())
    })
  })

  describe('convTranspose3d', () => {
    it.each(TRANSPOSED_CONVOLUTIONS.map((entry) => [caseTitle(entry), entry] as const))('%s', (_title, entry) =>
      expectTransposed(entry, tolerance),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(oddConvolutions(TRANSPOSED_WINDOWS), inputShape, (entry) => expectTransposed(entry, tolerance)))
  })
}
