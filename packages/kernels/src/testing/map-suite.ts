import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMaps3d } from '../add-maps3d'
import { channelDropout3d } from '../channel-dropout3d'
import { leakyRelu } from '../leaky-relu'
import { random } from '../random'
import { softmaxCrossEntropy } from '../softmax-cross-entropy'
import { upsampleNearest3d } from '../upsample-nearest3d'
import { upsampleTrilinear3d } from '../upsample-trilinear3d'
import { type Grid, normalGrid, sumGrid, tensorOf } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { holdsOnOddShapes, oddMaps, oddTensors } from './odd-shapes'
import { referenceCrossEntropy } from './reference-cross-entropy'
import { referenceUpsample, referenceUpsampleGrad } from './reference-upsampling'

const SEED = 21

const UPSAMPLED_SHAPES = [
  [1, 1, 1, 1, 1],
  [2, 3, 1, 4, 2],
  [1, 2, 5, 3, 3],
  [2, 4, 3, 2, 17],
]

type Shape = readonly number[]

function itself<T>(value: T): T {
  return value
}

async function expectTrilinear(shape: Shape, alignCorners: boolean, tolerance: number, factor = 2): Promise<void> {
  const x = normalGrid(shape, SEED, 'x')
  const y = referenceUpsample(x, alignCorners, factor)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const values = await measure(() =>
    withGradients((a: tf.Tensor5D) => upsampleTrilinear3d(a, { alignCorners, factor }), [tensorOf(x)], tensorOf(dy)),
  )
  expectNear('y', values[0], y, tolerance)
  expectNear('dx', values[1], referenceUpsampleGrad(dy, shape, alignCorners, factor), tolerance, 1)
}

async function expectNearest(shape: Shape, tolerance: number): Promise<void> {
  const x = normalGrid(shape, SEED, 'x')
  const y = referenceUpsample(x, undefined)
  const dy = normalGrid(y.shape, SEED, 'dy')
  const values = await measure(() => withGradients((a: tf.Tensor5D) => upsampleNearest3d(a), [tensorOf(x)], tensorOf(dy)))
  expectNear('y', values[0], y, 0)
  expectNear('dx', values[1], referenceUpsampleGrad(dy, shape, undefined), tolerance, 1)
}

async function expectDropout(shape: Shape): Promise<void> {
  const [batch, channels] = [shape[0]!, shape[4]!]
  const x = normalGrid(shape, SEED, 'x')
  const mask = normalGrid([batch, channels], SEED, 'mask')
  mask.data.set(mask.data.map((value) => (value > 0 ? 2 : 0)))
  const sample = x.data.length / batch
  const dropped = (grid: Grid) => ({
    shape: grid.shape,
    data: grid.data.map((value, i) => value * mask.data[Math.floor(i / sample) * channels + (i % channels)]!),
  })
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() => {
    const factors = tensorOf<tf.Tensor2D>(mask)
    return withGradients((a: tf.Tensor5D) => channelDropout3d(a, factors), [tensorOf(x)], tensorOf(dy))
  })
  expectNear('y', values[0], dropped(x), 0)
  expectNear('dx', values[1], dropped(dy), 0)
}

async function expectLeakyRelu(shape: Shape, alpha: number, tolerance: number): Promise<void> {
  const x = normalGrid(shape, SEED, 'x')
  x.data[0] = 0
  const slope = x.data.map((value) => (value > 0 ? 1 : alpha))
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() => withGradients((a: tf.Tensor5D) => leakyRelu(a, alpha), [tensorOf(x)], tensorOf(dy)))
  expectNear('y', values[0], { shape: x.shape, data: x.data.map((value, i) => value * slope[i]!) }, tolerance)
  expectNear('dx', values[1], { shape: x.shape, data: dy.data.map((value, i) => value * slope[i]!) }, tolerance)
}

async function expectSum(shape: Shape): Promise<void> {
  const [a, b, dy] = ['a', 'b', 'dy'].map((purpose) => normalGrid(shape, SEED, purpose)) as [Grid, Grid, Grid]
  const values = await measure(() => withGradients(addMaps3d, [tensorOf(a), tensorOf(b)], tensorOf(dy)))
  const sum = sumGrid(a, b)
  expectNear('y', values[0], { shape: sum.shape, data: sum.data.map(Math.fround) }, 0)
  expectNear('da', values[1], dy, 0)
  expectNear('db', values[2], dy, 0)
}

async function expectCrossEntropy(shape: Shape, tolerance: number): Promise<void> {
  const logits = normalGrid(shape, SEED, 'logits', 0, 2)
  const stream = random(SEED, 'labels', 0, 0)
  const classes = shape[shape.length - 1]!
  const labels = Int32Array.from({ length: logits.data.length / classes }, () => stream.integer(0, classes))
  const weight = 1.75
  const values = await measure(() => {
    const labelTensor = tf.tensor(labels, shape.slice(0, -1), 'int32')
    return withGradients((a: tf.Tensor) => softmaxCrossEntropy(a, labelTensor), [tensorOf(logits)], tf.scalar(weight))
  })
  const { loss, dlogits } = referenceCrossEntropy(logits, labels)
  // Against at least 1: a small loss is the logarithm of a sum near 1, whose digits float32 does not have.
  expect(Math.abs(values[0]![0]! - loss)).toBeLessThanOrEqual(tolerance * Math.max(1, loss))
  const scaled = { shape: [...shape], data: dlogits.data.map((value) => value * weight) }
  // The terms of a gradient are up to weight / voxels, and cancel where the label is certain.
  expectNear('dlogits', values[1], scaled, tolerance, weight / labels.length / classes)
}

/** Upsampling, dropout, leaky ReLU, sums of maps and cross entropy with their gradients, against plain loops. */
export function mapSuite(tolerance: number): void {
  describe('upsampleTrilinear3d', () => {
    const cases = UPSAMPLED_SHAPES.flatMap((shape) => [true, false].map((alignCorners) => [shape, alignCorners] as const))
    it.each(cases)('[%s], aligned corners: %s', (shape, alignCorners) => expectTrilinear(shape, alignCorners, tolerance))

    const larger = [3, 4, 8].flatMap((factor) => [true, false].map((alignCorners) => [factor, alignCorners] as const))
    it.each(larger)('factor %i, aligned corners: %s', (factor, alignCorners) =>
      expectTrilinear([2, 2, 3, 1, 3], alignCorners, tolerance, factor),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.tuple(oddMaps(1000), fc.boolean()),
        ([shape]) => shape,
        ([shape, alignCorners]) => expectTrilinear(shape, alignCorners, tolerance),
      ))
  })

  describe('upsampleNearest3d', () => {
    it.each(UPSAMPLED_SHAPES.map((shape) => [shape]))('[%s]', (shape) => expectNearest(shape, tolerance))

    it('agrees on odd shapes', () => holdsOnOddShapes(oddMaps(1000), itself, (shape) => expectNearest(shape, tolerance)))
  })

  describe('channelDropout3d', () => {
    it.each([1, 3, 8, 17])('%i channels', (channels) => expectDropout([2, 3, 4, 5, channels]))

    it('agrees on odd shapes', () => holdsOnOddShapes(oddMaps(), itself, expectDropout))
  })

  describe('leakyRelu', () => {
    it.each([0, 0.01, 0.2])('alpha %s', (alpha) => expectLeakyRelu([2, 3, 1, 5, 3], alpha, tolerance))

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.tuple(oddTensors(), fc.constantFrom(0, 0.01, 0.2, 1)),
        ([shape]) => shape,
        ([shape, alpha]) => expectLeakyRelu(shape, alpha, tolerance),
      ))
  })

  describe('addMaps3d', () => {
    it('agrees on odd shapes', () => holdsOnOddShapes(oddMaps(), itself, expectSum))

    it('gives a map that is added to itself both gradients', async () => {
      const x = normalGrid([1, 2, 3, 1, 3], SEED, 'x')
      const [y, dx] = await measure(() => withGradients((a: tf.Tensor5D) => addMaps3d(a, a), [tensorOf(x)], tf.ones(x.shape)))
      expectNear('y', y, sumGrid(x, x), 0)
      expect(Array.from(dx!)).toEqual(new Array(x.data.length).fill(2))
    })
  })

  describe('softmaxCrossEntropy', () => {
    it.each([[[1, 1, 1, 1, 2]], [[2, 3, 4, 5, 2]], [[2, 3, 2, 3, 3]], [[7, 8]], [[2, 1, 3, 2, 17]]])('logits [%s]', (shape) =>
      expectCrossEntropy(shape, tolerance),
    )

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.tuple(oddMaps(), fc.constantFrom(0, 0, 0, 1, 2, 3)).map(([shape, dropped]) => shape.slice(dropped)),
        itself,
        // Two classes are the fewest.
        (shape) => expectCrossEntropy([...shape.slice(0, -1), Math.max(shape.at(-1)!, 2)], tolerance),
      ))

    it('stays finite at logits beyond the range of exp', async () => {
      const [loss, dlogits] = await measure(() =>
        withGradients(
          (a: tf.Tensor) => softmaxCrossEntropy(a, tf.tensor1d([0, 1], 'int32')),
          [
            tf.tensor2d([
              [200, -200],
              [200, -200],
            ]),
          ],
        ),
      )
      expect(loss![0]).toBeCloseTo(200, 4)
      expect(Array.from(dlogits!)).toEqual([0, 0, 0.5, -0.5])
    })

    // As PyTorch 2.15 has it; a loss that counted an infinite logit as none would train on a broken network.
    const infinity = Number.POSITIVE_INFINITY
    it.each([
      ['an impossible class beside the label', [-infinity, 1], 1, 0, [0, 0]],
      ['an impossible label', [-infinity, 1], 0, infinity, [-1, 1]],
      ['no possible class', [-infinity, -infinity], 0, Number.NaN, [Number.NaN, Number.NaN]],
      ['an infinite class', [infinity, 1], 1, Number.NaN, [Number.NaN, Number.NaN]],
      ['a NaN', [1, Number.NaN], 0, Number.NaN, [Number.NaN, Number.NaN]],
      ['an impossible class beside the label, of three', [-infinity, 1, 1], 1, Math.LN2, [0, -0.5, 0.5]],
      ['an impossible label, of three', [-infinity, 1, 1], 0, infinity, [-1, 0.5, 0.5]],
      ['an infinite class, of three', [infinity, 1, 1], 1, Number.NaN, new Array(3).fill(Number.NaN)],
    ])('knows %s', async (_, row, label, loss, gradient) => {
      const values = await measure(() =>
        withGradients((a: tf.Tensor) => softmaxCrossEntropy(a, tf.tensor1d([label], 'int32')), [tf.tensor2d([row])]),
      )
      const isNear = (x: number, y: number) => x === y || Object.is(x, y) || Math.abs(x - y) <= tolerance
      expect(isNear(values[0]![0]!, loss), `loss ${values[0]}`).toBe(true)
      expect(
        gradient.every((one, c) => isNear(values[1]![c]!, one)),
        `gradient ${values[1]}`,
      ).toBe(true)
    })
  })
}
