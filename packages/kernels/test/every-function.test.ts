import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as kernels from '../src'
import * as randomEntry from '../src/random'
import { codeOf, PLAIN_SPOILS, spoiltCalls } from './spoiled-arguments'
import { TENSOR_SPOILS } from './spoiled-tensors'

type AnyFunction = (...given: unknown[]) => unknown

/** All that the package exports for use, by name: a new one is asked for here. */
const FUNCTIONS = Object.fromEntries(
  Object.entries({ ...kernels, ...randomEntry }).filter(([, one]) => typeof one === 'function'),
) as unknown as Record<string, AnyFunction>

const map = (...shape: number[]) => tf.ones(shape)
const variable = () => tf.variable(tf.zeros([3]), true, undefined, 'float32')
const norm = () => ({ gamma: map(2), beta: map(2), epsilon: 1e-5, relu: true })
const statistics = () => ({ mean: map(2), variance: map(2), training: false })

/** Calls that work, with every option there is. */
const CALLS: Record<string, () => unknown[][]> = {
  adamStep: () => [
    [
      { parameters: [variable()], gradients: [map(3)], firstMoments: [variable()], secondMoments: [variable()] },
      { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 1 },
    ],
  ],
  addMaps3d: () => [[map(1, 2, 2, 2, 1), map(1, 2, 2, 2, 1)]],
  batchNorm3d: () => [
    [map(1, 2, 2, 2, 2), { ...norm(), ...statistics(), residual: map(1, 2, 2, 2, 2) }],
    [map(1, 2, 2, 2, 2), { ...norm(), residual: map(1, 2, 2, 2, 2), training: true }],
  ],
  channelDropout3d: () => [[map(2, 2, 2, 2, 3), map(2, 3)]],
  conv3d: () => [[map(1, 2, 2, 2, 1), map(2, 2, 2, 1, 2), map(2), { stride: 2, padding: 0 }]],
  convBatchNorm3d: () => [
    [
      map(1, 2, 2, 2, 1),
      {
        ...norm(),
        ...statistics(),
        filter: map(1, 1, 1, 1, 2),
        bias: map(2),
        residual: map(1, 2, 2, 2, 2),
        stride: 1,
        padding: 0,
        transposed: false,
      },
    ],
    [
      map(1, 2, 2, 2, 1),
      { ...norm(), filter: map(2, 2, 2, 2, 1), bias: map(2), stride: 2, padding: 0, transposed: true, training: true },
    ],
  ],
  convTranspose3d: () => [[map(1, 2, 2, 2, 1), map(2, 2, 2, 2, 1), map(2), { stride: 2, padding: 0 }]],
  emaStep: () => [[[variable()], [map(3)], 0.9]],
  leakyRelu: () => [[map(3), 0.2]],
  random: () => [[1, 'crop', 0, 0]],
  sgdMomentumStep: () => [
    [
      { parameters: [variable()], gradients: [map(3)], velocities: [variable()] },
      { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 },
    ],
  ],
  softmaxCrossEntropy: () => [[map(4, 2), tf.zeros([4], 'int32')]],
  stopGradient: () => [[map(3)]],
  upsampleNearest3d: () => [[map(1, 2, 2, 2, 1)]],
  upsampleTrilinear3d: () => [[map(1, 2, 2, 2, 1), { alignCorners: true, factor: 2 }]],
}

/** Functions that take anything, nothing, or words for a message. */
const NO_ARGUMENTS = [
  'dualsegError',
  'expectFlag',
  'expectOneCore',
  'expectOptions',
  'expectTensor',
  'found',
  'hash32',
  'registerCoreGradients',
]

/** What may stand in the place: options have defaults, biases and residuals may be absent, any type has a constant. */
const FINE = [
  /^\d+(\.(epsilon|relu|stride|padding|transposed|factor|residual|bias))?: undefined$/,
  /(residual|bias): null$/,
  /^conv(Transpose)?3d (2: null|3: an object)$/,
  /^stopGradient 0: (another rank|booleans|texts|complex numbers|the other type)$/,
  /^leakyRelu 0: another rank$/,
  /^random 1: no text$/,
  /^(adam|sgdMomentum|ema)\w+ .*: an empty array$/,
]

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

it('has a call of every function', () => {
  expect([...Object.keys(CALLS), ...NO_ARGUMENTS].sort()).toEqual(Object.keys(FUNCTIONS).sort())
})

describe.each(Object.entries(CALLS))('%s', (name, calls) => {
  it('takes what it is made for', async () => {
    for (const given of calls()) expect(await codeOf(() => FUNCTIONS[name]!(...given))).toBeUndefined()
  })

  it('refuses everything else in each place, in words', async () => {
    for (const good of calls()) {
      for (const { what, given } of spoiltCalls(good, [...PLAIN_SPOILS, ...TENSOR_SPOILS])) {
        const code = await codeOf(() => FUNCTIONS[name]!(...given))
        const isFine = code === undefined && FINE.some((fine) => fine.test(what) || fine.test(`${name} ${what}`))
        if (!isFine) expect(code ?? 'nothing refused', `${name} ${what}`).toMatch(/^DUALSEG_(VALUE|SHAPE)$/)
      }
    }
  })
})
