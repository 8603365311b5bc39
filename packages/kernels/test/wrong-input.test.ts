import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  adamStep,
  batchNorm3d,
  channelDropout3d,
  conv3d,
  convBatchNorm3d,
  convTranspose3d,
  emaStep,
  leakyRelu,
  sgdMomentumStep,
  softmaxCrossEntropy,
  upsampleNearest3d,
  upsampleTrilinear3d,
} from '../src'

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const volume = (...shape: number[]): tf.Tensor5D => tf.zeros(shape as [number, number, number, number, number])
const vector = (length: number): tf.Tensor1D => tf.zeros([length])
const variable = (...shape: number[]) => tf.variable(tf.zeros(shape), true, undefined, 'float32')
const SGD = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 }
const ADAM = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }

const CASES: [title: string, call: () => unknown, code: string, words: string][] = [
  [
    'a map without a batch',
    () => conv3d(tf.zeros([4, 4, 4, 1]) as unknown as tf.Tensor5D, volume(3, 3, 3, 1, 2)),
    'DUALSEG_SHAPE',
    'conv3d: x [4,4,4,1] has rank 4, expected [batch,x,y,z,channels]',
  ],
  [
    'a filter for other channels',
    () => conv3d(volume(1, 4, 4, 4, 3), volume(3, 3, 3, 1, 2)),
    'DUALSEG_SHAPE',
    'conv3d: filter [3,3,3,1,2] takes 1 channels, x [1,4,4,4,3] has 3',
  ],
  [
    'a bias of another length',
    () => conv3d(volume(1, 4, 4, 4, 1), volume(3, 3, 3, 1, 2), vector(3)),
    'DUALSEG_SHAPE',
    'conv3d: bias [3] does not match [2], one number an output channel',
  ],
  [
    'a filter larger than the map',
    () => conv3d(volume(1, 4, 2, 4, 1), volume(3, 3, 3, 1, 2)),
    'DUALSEG_SHAPE',
    'conv3d: x [1,4,2,4,1] with padding 0 is smaller than filter [3,3,3,1,2]',
  ],
  [
    'a stride of 0',
    () => conv3d(volume(1, 4, 4, 4, 1), volume(3, 3, 3, 1, 2), null, { stride: 0 }),
    'DUALSEG_VALUE',
    'conv3d: stride is 0, expected a whole number from 1',
  ],
  [
    'half a voxel of padding',
    () => conv3d(volume(1, 4, 4, 4, 1), volume(3, 3, 3, 1, 2), null, { padding: 0.5 }),
    'DUALSEG_VALUE',
    'conv3d: padding is 0.5, expected a whole number from 0',
  ],
  [
    'whole numbers as a map',
    () => conv3d(tf.zeros([1, 4, 4, 4, 1], 'int32') as tf.Tensor5D, volume(3, 3, 3, 1, 2)),
    'DUALSEG_VALUE',
    'conv3d: x is int32, expected float32; use tf.cast',
  ],
  [
    'a transposed filter the wrong way round',
    () => convTranspose3d(volume(1, 2, 2, 2, 8), volume(2, 2, 2, 8, 4), null, { stride: 2 }),
    'DUALSEG_SHAPE',
    'convTranspose3d: transposed filter [2,2,2,8,4] takes 4 channels (its last axis), x [1,2,2,2,8] has 8',
  ],
  [
    'a padding that leaves nothing',
    () => convTranspose3d(volume(1, 1, 1, 1, 1), volume(2, 2, 2, 1, 1), null, { stride: 2, padding: 1 }),
    'DUALSEG_SHAPE',
    'convTranspose3d: padding 1 leaves nothing of x [1,1,1,1,1] with filter [2,2,2,1,1]',
  ],
  [
    'a gamma of another length',
    () => batchNorm3d(volume(1, 2, 2, 2, 3), { gamma: vector(2), beta: vector(3), training: true }),
    'DUALSEG_SHAPE',
    'batchNorm3d: gamma [2] does not match [3], one number a channel',
  ],
  [
    'inference without statistics',
    () => batchNorm3d(volume(1, 2, 2, 2, 3), { gamma: vector(3), beta: vector(3), training: false }),
    'DUALSEG_VALUE',
    'batchNorm3d: mean is missing; needed unless training',
  ],
  [
    'a residual of another size',
    () =>
      convBatchNorm3d(volume(1, 4, 4, 4, 1), {
        filter: volume(2, 2, 2, 1, 3),
        gamma: vector(3),
        beta: vector(3),
        residual: volume(1, 4, 4, 4, 3),
        stride: 2,
        training: true,
      }),
    'DUALSEG_SHAPE',
    'convBatchNorm3d: residual [1,4,4,4,3] does not match [1,2,2,2,3], the shape of the output',
  ],
  [
    'a negative epsilon',
    () => batchNorm3d(volume(1, 2, 2, 2, 3), { gamma: vector(3), beta: vector(3), epsilon: -1, training: true }),
    'DUALSEG_VALUE',
    'batchNorm3d: epsilon is -1, expected a number from 0 to 1',
  ],
  [
    'labels with a channel axis',
    () => softmaxCrossEntropy(volume(1, 2, 2, 2, 2), tf.zeros([1, 2, 2, 2, 1], 'int32')),
    'DUALSEG_SHAPE',
    'softmaxCrossEntropy: labels [1,2,2,2,1] does not match [1,2,2,2]',
  ],
  [
    'labels as float32',
    () => softmaxCrossEntropy(volume(1, 2, 2, 2, 2), tf.zeros([1, 2, 2, 2])),
    'DUALSEG_VALUE',
    'softmaxCrossEntropy: labels are float32, expected int32; use tf.cast',
  ],
  [
    'logits without classes',
    () => softmaxCrossEntropy(tf.zeros([3]), tf.zeros([], 'int32')),
    'DUALSEG_SHAPE',
    'softmaxCrossEntropy: logits [3] have rank 1, expected [...,classes]',
  ],
  [
    'logits of a single class',
    () => softmaxCrossEntropy(volume(1, 2, 2, 2, 1), tf.zeros([1, 2, 2, 2], 'int32')),
    'DUALSEG_SHAPE',
    'softmaxCrossEntropy: logits [1,2,2,2,1] have 1 class, expected at least 2',
  ],
  [
    'a mask for other channels',
    () => channelDropout3d(volume(2, 2, 2, 2, 3), tf.zeros([2, 4])),
    'DUALSEG_SHAPE',
    'channelDropout3d: mask [2,4] does not match [2,3], one factor a sample and channel',
  ],
  [
    'a map without samples',
    () => conv3d(volume(0, 4, 4, 4, 1), volume(3, 3, 3, 1, 2)),
    'DUALSEG_SHAPE',
    'conv3d: x [0,4,4,4,1] is empty, expected 1 or more on each axis',
  ],
  [
    'a filter that gives no channels',
    () => conv3d(volume(1, 4, 4, 4, 1), volume(3, 3, 3, 1, 0)),
    'DUALSEG_SHAPE',
    'conv3d: filter [3,3,3,1,0] is empty',
  ],
  [
    'a map without voxels to normalise',
    () => batchNorm3d(volume(1, 0, 2, 2, 3), { gamma: vector(3), beta: vector(3), training: true }),
    'DUALSEG_SHAPE',
    'batchNorm3d: x [1,0,2,2,3] is empty',
  ],
  [
    'logits without voxels',
    () => softmaxCrossEntropy(volume(1, 0, 2, 2, 2), tf.zeros([1, 0, 2, 2], 'int32')),
    'DUALSEG_SHAPE',
    'softmaxCrossEntropy: logits [1,0,2,2,2] are empty',
  ],
  ['a slope above 1', () => leakyRelu(vector(3), 2), 'DUALSEG_VALUE', 'leakyRelu: alpha is 2, expected a number from 0 to 1'],
  [
    'a flat map to enlarge',
    () => upsampleNearest3d(tf.zeros([1, 2, 2, 1]) as unknown as tf.Tensor5D),
    'DUALSEG_SHAPE',
    'upsampleNearest3d: x [1,2,2,1] has rank 4',
  ],
  [
    'a flat map to interpolate',
    () => upsampleTrilinear3d(tf.zeros([1, 2, 2, 1]) as unknown as tf.Tensor5D, { alignCorners: true }),
    'DUALSEG_SHAPE',
    'upsampleTrilinear3d: x [1,2,2,1] has rank 4',
  ],
  [
    'half a factor',
    () => upsampleTrilinear3d(volume(1, 2, 2, 2, 1), { alignCorners: true, factor: 1.5 }),
    'DUALSEG_VALUE',
    'upsampleTrilinear3d: factor is 1.5, expected a whole number from 2',
  ],
  [
    'a missing gradient',
    () => sgdMomentumStep({ parameters: [variable(3)], gradients: [], velocities: [variable(3)] }, SGD),
    'DUALSEG_SHAPE',
    'sgdMomentumStep: 0 gradients for 1 parameters',
  ],
  [
    'a velocity of another shape',
    () => sgdMomentumStep({ parameters: [variable(3)], gradients: [vector(3)], velocities: [variable(4)] }, SGD),
    'DUALSEG_SHAPE',
    'sgdMomentumStep: velocities[0] [4] does not match parameters[0] [3]',
  ],
  [
    'a rate that is not a number',
    () => sgdMomentumStep({ parameters: [], gradients: [], velocities: [] }, { ...SGD, learningRate: Number.NaN }),
    'DUALSEG_VALUE',
    'sgdMomentumStep: learningRate is NaN',
  ],
  [
    'Adam counted from 0',
    () => adamStep({ parameters: [], gradients: [], firstMoments: [], secondMoments: [] }, { ...ADAM, step: 0 }),
    'DUALSEG_VALUE',
    'adamStep: step is 0, expected a whole number from 1',
  ],
  [
    'a decay above 1',
    () => emaStep([variable(2)], [vector(2)], 1.5),
    'DUALSEG_VALUE',
    'emaStep: decay is 1.5, expected a number from 0 to 1',
  ],
]

it.each(CASES)('refuses %s', (_title, call, code, words) => {
  let caught: unknown
  try {
    call()
  } catch (error) {
    caught = error
  }
  expect(caught).toMatchObject({ code, message: expect.stringContaining(words) })
})
