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

/** A convolution, or the same one the other way: then the filter's channels, and both of its maps, change places. */
async function expectConvolution(entry: ConvolutionCase, transposed: boolean, tolerance: number): Promise<void> {
  const { kernel, stride, padding, grid, cin, cout } = entry
  const attrs = { stride, padding }
  const op = transposed ? convTranspose3d : conv3d
  const x = normalGrid([...grid, cin], SEED, 'x')
  const filter = normalGrid([kernel, kernel, kernel, ...(transposed ? [cout, cin] : [cin, cout])], SEED, 'filter')
  const bias = normalGrid([cout], SEED, 'bias')
  const y = referenceBias(transposed ? referenceTransposed(x, filter, attrs) : referenceConvolution(x, filter, attrs), bias)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const dx = transposed ? referenceConvolution(dy, filter, attrs) : referenceGradInput(dy, filter, x.shape, attrs)
  const [wide, narrow] = transposed ? [dy, x] : [x, dy]
  const values = await measure(() =>
    withGradients(
      (a: tf.Tensor5D, b: tf.Tensor5D, c: tf.Tensor1D) => op(a, b, c, attrs),
      [tensorOf(x), tensorOf(filter), tensorOf(bias)],
      tensorOf(dy),
    ),
  )
  expectNear('y', values[0], y, tolerance, ONE_PRODUCT)
  expectNear('dx', values[1], dx, tolerance, ONE_PRODUCT)
  expectNear('dfilter', values[2], referenceGradFilter(wide, narrow, filter.shape, attrs), tolerance, ONE_PRODUCT)
  expectNear('dbias', values[3], referenceBiasGrad(dy), tolerance, ONE_PRODUCT)
}

function inputShape({ grid, cin }: ConvolutionCase): number[] {
  return [...grid, cin]
}

/** conv3d and convTranspose3d with their gradients, against plain loops. */
export function convolutionSuite(tolerance: number): void {
  describe('conv3d', () => {
    it.each(CONVOLUTIONS.map((entry) => [caseTitle(entry), entry] as const))('%s', (_title, entry) =>
      expectConvolution(entry, false, tolerance),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(oddConvolutions(), inputShape, (entry) => expectConvolution(entry, false, tolerance)))

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
      expectConvolution(entry, true, tolerance),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(oddConvolutions(TRANSPOSED_WINDOWS), inputShape, (entry) => expectConvolution(entry, true, tolerance)))
  })
}
