import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { measure, withGradients } from './measure'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const MOST = 2 ** 31 - 1

function whole(...values: number[]): tf.Tensor1D {
  return tf.tensor1d(values, 'int32')
}

type Case = readonly [title: string, run: () => tf.Tensor, shape: readonly number[], values: readonly number[]]

const PAIRS = [1, nan, nan, nan, 2, 2, 1, 3, 4, 3]
const COLUMNS = [3, 1, nan, 5, nan, nan, nan, 7, nan]

const CASES: readonly Case[] = [
  ['argMax passes over NaN', () => tf.argMax([1, nan, 3, nan, 2]), [], [2]],
  ['argMin passes over NaN', () => tf.argMin([3, nan, 1, nan, 2]), [], [2]],
  ['argMax of NaN alone is the first', () => tf.argMax([nan, nan, nan]), [], [0]],
  ['argMax of two passes over NaN', () => tf.argMax(tf.tensor2d(PAIRS, [5, 2]), -1), [5], [0, 0, 0, 1, 0]],
  ['argMin of two passes over NaN', () => tf.argMin(tf.tensor2d(PAIRS, [5, 2]), -1), [5], [0, 0, 0, 0, 1]],
  ['argMax over the first axis passes over NaN', () => tf.argMax(tf.tensor2d(COLUMNS, [3, 3]), 0), [3], [1, 2, 0]],
  ['argMin over the first axis passes over NaN', () => tf.argMin(tf.tensor2d(COLUMNS, [3, 3]), 0), [3], [0, 0, 0]],
  ['step of NaN is NaN', () => tf.step([nan, -1, 0, 2], 0.25), [4], [nan, 0.25, 0.25, 1]],
  ['max and min are NaN where there is one', () => tf.stack([tf.max([1, nan, 2]), tf.min([1, nan, 2])]), [2], [nan, nan]],
  ['a bound beyond all floats is none', () => tf.clipByValue([-1, 2], 0, Number.MAX_VALUE), [2], [0, 2]],
  ['a number beyond all floats is infinite', () => tf.fill([2], -1e300), [2], [-infinity, -infinity]],
  ['pad with a number beyond all floats', () => tf.pad(tf.tensor1d([1]), [[0, 1]], 1e300), [2], [1, infinity]],
  ['relu keeps NaN', () => tf.relu([nan, -1, 2]), [3], [nan, 0, 2]],
  ['whole numbers begin anew: add', () => tf.add(whole(MOST, 5), whole(1, 2)), [2], [-MOST - 1, 7]],
  ['whole numbers begin anew: sub', () => tf.sub(whole(-MOST - 1, 5), whole(1, 2)), [2], [MOST, 3]],
  ['whole numbers begin anew: mul', () => tf.mul(whole(65537, -3), whole(65537, 4)), [2], [131073, -12]],
  ['whole numbers begin anew: mul by one', () => tf.mul(whole(65537, -3), tf.scalar(65537, 'int32')), [2], [131073, -196611]],
  ['whole numbers begin anew: squaredDifference', () => tf.squaredDifference(whole(1e5, 3), whole(0, 7)), [2], [1410065408, 16]],
  ['stack counts axes from behind', () => tf.stack([tf.tensor1d([1, 2]), tf.tensor1d([3, 4])], -1), [2, 2], [1, 3, 2, 4]],
  [
    'stack counts axes from behind, to the front',
    () => tf.stack([tf.tensor1d([1, 2]), tf.tensor1d([3, 4])], -2),
    [2, 2],
    [1, 2, 3, 4],
  ],
  ['concat passes over what is empty', () => tf.concat([tf.zeros([0, 2]), tf.ones([1, 2]), tf.zeros([0, 2])]), [1, 2], [1, 1]],
  ['a product over nothing is 0', () => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])), [2, 3], [0, 0, 0, 0, 0, 0]],
]

type Nothing = readonly [title: string, run: (x: tf.Tensor) => tf.Tensor]

/** What a vector of three becomes, with no numbers in it. */
const NOTHING: readonly Nothing[] = [
  ['add', (x) => tf.add(x, tf.zeros([0, 3]))],
  ['mul', (x) => tf.mul(tf.zeros([0, 1]), x)],
  ['tile', (x) => tf.tile(x, [0])],
  ['slice', (x) => tf.slice(x, [3], [0])],
  ['gather', (x) => tf.gather(x, whole())],
]

/** Ops of tfjs-core where numbers end: NaN, the largest whole numbers, tensors without any. */
export function edgeSuite(): void {
  describe('where numbers end', () => {
    it.each(CASES)('%s', (_title, run, shape, expected) => {
      tf.tidy(() => {
        const y = run()
        expect(y.shape).toEqual(shape)
        expect(Array.from(y.dataSync())).toEqual(expected)
      })
    })

    it.each(NOTHING)('the gradient through nothing is 0: %s', async (_title, run) => {
      const [value, grad] = await measure(() => withGradients(run, [tf.tensor1d([1, 2, 3])]))
      expect(value).toHaveLength(0)
      expect(Array.from(grad!)).toEqual([0, 0, 0])
    })
  })
}
