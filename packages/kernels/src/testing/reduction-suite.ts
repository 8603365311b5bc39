import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Grid, normalGrid, tensorOf, uniformGrid } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { channelCounts, dice, holdsOnOddShapes, oddMaps, oddTensors } from './odd-shapes'
import { referenceMatMul, referenceTranspose } from './reference-mat-mul'
import { reducedShape, referenceReduction, referenceReductionGrad } from './reference-reduction'
import { referenceSoftmax, referenceSoftmaxGrad } from './reference-softmax'

const SEED = 61
const MOST = 1500

type Values = readonly number[]

interface Reduction {
  readonly op: (x: tf.Tensor, axes: number[], keepsAxes: boolean) => tf.Tensor
  readonly value: (values: Values) => number
  readonly slopes: (values: Values) => Values
}

function sum(values: Values): number {
  return values.reduce((all, value) => all + value, 0)
}

/** Equal extremes share the gradient. */
function shares(values: Values, extreme: number): number[] {
  const count = values.filter((value) => value === extreme).length
  return values.map((value) => (value === extreme ? 1 / count : 0))
}

const REDUCTIONS: Record<string, Reduction> = {
  sum: { op: tf.sum, value: sum, slopes: (values) => values.map(() => 1) },
  mean: { op: tf.mean, value: (values) => sum(values) / values.length, slopes: (values) => values.map(() => 1 / values.length) },
  max: { op: tf.max, value: (values) => Math.max(...values), slopes: (values) => shares(values, Math.max(...values)) },
  min: { op: tf.min, value: (values) => Math.min(...values), slopes: (values) => shares(values, Math.min(...values)) },
}

async function expectReduction(
  shape: readonly number[],
  axes: number[],
  keepsAxes: boolean,
  { op, value, slopes }: Reduction,
  tolerance: number,
): Promise<void> {
  const x = normalGrid(shape, SEED, 'x')
  const y = referenceReduction(x, axes, keepsAxes, value)
  const dy = normalGrid(reducedShape(shape, axes, keepsAxes), SEED, 'dy')
  const values = await measure(() => withGradients((a: tf.Tensor) => op(a, axes, keepsAxes), [tensorOf(x)], tensorOf(dy)))
  expectNear('y', values[0], y, tolerance, 1)
  expectNear('dx', values[1], referenceReductionGrad(dy, x, axes, slopes), tolerance)
}

const POSITIONS: Record<string, { op: (x: tf.Tensor, axis: number) => tf.Tensor; value: (values: Values) => number }> = {
  argMax: { op: tf.argMax, value: (values) => values.indexOf(Math.max(...values)) },
  argMin: { op: tf.argMin, value: (values) => values.indexOf(Math.min(...values)) },
}

async function expectPositions(shape: readonly number[], axis: number, { op, value }: (typeof POSITIONS)[string]): Promise<void> {
  // Few different values: the first of equals counts.
  const drawn = uniformGrid(shape, SEED, 'x', -2, 2)
  const x = { shape: drawn.shape, data: drawn.data.map((entry) => Math.round(entry)) }
  const [y] = await measure(() => [op(tensorOf(x), axis)])
  expectNear('position', y, referenceReduction(x, [axis], false, value), 0)
}

/** tfjs-core composes `tf.logSoftmax` of other ops, and leaves the kernel, where there is one, to those who call it by name, as the losses do. */
function logSoftmax(logits: tf.Tensor): tf.Tensor {
  if (!tf.getKernel('LogSoftmax', tf.getBackend())) return tf.logSoftmax(logits)
  return tf.engine().runKernel('LogSoftmax', { logits }, { axis: logits.rank - 1 }) as tf.Tensor
}

async function expectSoftmax(shape: readonly number[], tolerance: number): Promise<void> {
  const x = normalGrid(shape, SEED, 'x', 0, 2)
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() => [
    ...withGradients((a: tf.Tensor) => tf.softmax(a), [tensorOf(x)], tensorOf(dy)),
    ...withGradients(logSoftmax, [tensorOf(x)], tensorOf(dy)),
  ])
  const { probs, logProbs } = referenceSoftmax(x)
  const { throughProbs, throughLogProbs } = referenceSoftmaxGrad(dy, x)
  expectNear('softmax', values[0], probs, tolerance)
  expectNear('gradient of softmax', values[1], throughProbs, tolerance, 1 / shape.at(-1)!)
  expectNear('logSoftmax', values[2], logProbs, tolerance, 1)
  expectNear('gradient of logSoftmax', values[3], throughLogProbs, tolerance, 1)
}

interface Product {
  /** [batch, m, k] */
  readonly left: readonly [number, number, number]
  readonly columns: number
  readonly transposeA: boolean
  readonly transposeB: boolean
}

async function expectProduct({ left, columns, transposeA, transposeB }: Product, tolerance: number): Promise<void> {
  const [batch, , k] = left
  const a = normalGrid(left, SEED, 'a')
  const b = normalGrid([batch, k, columns], SEED, 'b')
  const y = referenceMatMul(a, b)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const stored: [Grid, Grid] = [referenceTranspose(a, transposeA), referenceTranspose(b, transposeB)]
  const values = await measure(() =>
    withGradients(
      (x: tf.Tensor, z: tf.Tensor) => tf.matMul(x, z, transposeA, transposeB),
      stored.map((grid) => tensorOf(grid)),
      tensorOf(dy),
    ),
  )
  const da = referenceMatMul(dy, referenceTranspose(b, true))
  const db = referenceMatMul(referenceTranspose(a, true), dy)
  expectNear('product', values[0], y, tolerance, 1)
  expectNear('da', values[1], referenceTranspose(da, transposeA), tolerance, 1)
  expectNear('db', values[2], referenceTranspose(db, transposeB), tolerance, 1)
}

/** Ops of tfjs-core that sum up or search along axes, with their gradients, against plain loops. */
export function reductionSuite(tolerance: number): void {
  describe('reductions of odd shapes', () => {
    const reduced = fc.tuple(oddTensors(MOST), dice, fc.boolean()).map(([shape, drawn, keepsAxes]) => {
      const some = shape.flatMap((_, axis) => (drawn[axis]! % 2 ? [axis] : []))
      return { shape, axes: some.length > 0 ? some : [drawn[11]! % shape.length], keepsAxes }
    })
    it.each(Object.entries(REDUCTIONS))('%s', (_name, reduction) =>
      holdsOnOddShapes(
        reduced,
        ({ shape }) => shape,
        ({ shape, axes, keepsAxes }) => expectReduction(shape, axes, keepsAxes, reduction, tolerance),
      ),
    )
    it.each(Object.entries(POSITIONS))('%s', (_name, position) =>
      holdsOnOddShapes(
        reduced,
        ({ shape }) => shape,
        ({ shape, axes }) => expectPositions(shape, axes[0]!, position),
      ),
    )
  })

  describe('softmax and logSoftmax', () => {
    it('agree on odd shapes', () =>
      holdsOnOddShapes(
        oddTensors(MOST),
        (shape) => shape,
        (shape) => expectSoftmax(shape, tolerance),
      ))
  })

  describe('matMul', () => {
    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc
          .tuple(oddMaps(600), channelCounts, fc.boolean(), fc.boolean())
          .map(([shape, columns, transposeA, transposeB]): Product & { shape: number[] } => {
            const [batch, x, y, z, k] = shape as [number, number, number, number, number]
            return { shape, left: [batch, x * y * z, k], columns, transposeA, transposeB }
          }),
        ({ shape }) => shape,
        (entry) => expectProduct(entry, tolerance),
      ))
  })
}
