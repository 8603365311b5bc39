import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { registerEngineKernels } from '../src/engine-kernels'

/** An engine without kernels of its own: what is refused here no engine is asked. */
const BARE = 'dualseg-bare'

beforeAll(async () => {
  tf.registerBackend(BARE, () => new MathBackendCPU())
  registerEngineKernels(BARE, {}, { mark: 'cpu' })
  await tf.setBackend(BARE)
})
afterAll(() => tf.removeBackend(BARE))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const ones = (...shape: number[]) => tf.ones(shape)

const REFUSED: [title: string, call: () => unknown, words: string][] = [
  ['a slice from before the axis', () => tf.slice(ones(3), [-2], [2]), 'slice: begins at -2 on axis 0 of [3], expected 0 to 3'],
  ['a slice from behind the axis', () => tf.slice(ones(2, 1), [4, 0]), 'slice: begins at 4 on axis 0 of [2,1], expected 0 to 2'],
  ['a slice from between two numbers', () => tf.slice(ones(3), [0.5], [1]), 'slice: begins at 0.5 on axis 0 of [3]'],
  ['half a number', () => tf.slice(ones(3), [0], [1.5]), 'slice: size of axis 0 is 1.5, expected a whole number from 0'],
  [
    'a slice beyond the axis',
    () => tf.slice(ones(3), [2], [2]),
    'Error in slice1D: begin[0] + size[0] (4) would overflow input.shape[0] (3)',
  ],
  [
    'a slice of no text',
    () => tf.slice(tf.tensor1d(['a', 'b']), [3], [-1]),
    'slice: begins at 3 on axis 0 of [2], expected 0 to 2',
  ],
  [
    'paddings for other axes',
    () => tf.pad(ones(2, 3), [[1, 1]]),
    'pad: paddings [[1,1]] for [2,3], expected [before, after] for each of its axes',
  ],
  [
    'a padding without an end',
    () => tf.pad(ones(2), [[1] as unknown as [number, number]]),
    'pad: paddings [[1]] for [2], expected [before, after] for each of its axes',
  ],
  ['a padding that takes away', () => tf.pad(ones(2), [[-1, 1]]), 'pad: padding of axis 0 is -1, expected a whole number from 0'],
  [
    'an empty part of another shape',
    () => tf.concat([ones(4, 2), ones(0, 3)], 0),
    'Error in concat2D: Shape of tensors[1] (0,3) does not match the shape of the rest (4,2)',
  ],
  [
    'an empty part of another rank',
    () => tf.concat([ones(4), ones(0, 1)] as tf.Tensor[], 0),
    'Error in concat1D: rank of tensors[1] must be the same as the rank of the rest (1)',
  ],
  ['a stack behind the last axis', () => tf.stack([ones(2)], -3), 'stack: axis is -3, [2] takes a new one from -2 to 1'],
  ['a new axis before the first', () => tf.expandDims(ones(2), -3), 'expandDims: axis is -3, [2] takes a new one from -2 to 1'],
  ['no parts', () => tf.split(ones(4), 0), 'split: the number of parts is 0, expected a whole number from 1'],
  [
    'parts that leave less than nothing',
    () => tf.split(ones(4), [3, -1, 2]),
    'split: the size of a part is -1, expected a whole number from 0',
  ],
  [
    'an order that names an axis twice',
    () => tf.transpose(ones(2, 3), [0, 0]),
    'transpose: the order [0,0] names an axis twice, expected each axis once',
  ],
  [
    'a vector as the second matrix',
    () => tf.matMul(ones(2, 3), tf.ones([3]) as tf.Tensor),
    'matMul: b [3] is no matrix, expected [...,rows,columns]; reshape it',
  ],
  [
    'a vector as the first matrix',
    () => tf.matMul(tf.ones([3]) as tf.Tensor, ones(3, 2), true, false),
    'matMul: a [3] is no matrix, expected [...,rows,columns]; reshape it',
  ],
  ['matrices that do not fit', () => tf.matMul(ones(2, 3), ones(2, 4)), 'matMul: a [2,3] has 3 columns, b [2,4] has 2 rows'],
  [
    'transposed matrices that do not fit',
    () => tf.matMul(ones(2, 3), ones(3, 4), true, true),
    'matMul: a [2,3], transposed, has 2 columns, b [3,4], transposed, has 4 rows',
  ],
]

describe('arguments that tfjs-core hands on unchecked', () => {
  it.each(REFUSED)('refuses %s', (_title, call, words) => {
    expect(call).toThrow(words)
  })

  it('says so with a code', () => {
    expect(() => tf.pad(ones(2), [[-1, 1]])).toThrow(expect.objectContaining({ code: 'DUALSEG_VALUE' }))
    expect(() => tf.pad(ones(2), [])).toThrow(expect.objectContaining({ code: 'DUALSEG_SHAPE' }))
  })

  it('lets the outermost pass', () => {
    expect(tf.slice(ones(3), [3], [0]).shape).toEqual([0])
    expect(tf.slice(ones(3, 2), 1).shape).toEqual([2, 2])
    expect(tf.pad(ones(1), [[0, 0]]).shape).toEqual([1])
    expect(tf.stack([ones(2), ones(2)], -2).shape).toEqual([2, 2])
    expect(tf.expandDims(ones(2), -2).shape).toEqual([1, 2])
    expect(tf.concat([ones(0, 2), ones(1, 2)], -2).shape).toEqual([1, 2])
    expect(tf.split(ones(4), [1, -1, 0]).map(({ shape }) => shape)).toEqual([[1], [3], [0]])
    expect(tf.matMul(ones(2, 0), ones(0, 3)).shape).toEqual([2, 3])
    expect(tf.transpose(ones(2, 3)).shape).toEqual([3, 2])
  })
})
