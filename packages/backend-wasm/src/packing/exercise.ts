import {
  adamStep,
  addMaps3d,
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
} from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'

type Values = Float32Array | Int32Array | Uint8Array

/** A number for the bits that every exercise gave, by its name. */
export type Exercises = Readonly<Record<string, number>>

/**
 * Runs the engine's kernels, forward and backward, on small odd shapes: rows, channels and tails that no vector's width divides.
 * Nothing is left behind.
 *
 * @param see told every exercise's values
 */
export function exercise(see?: (name: string, values: readonly Values[]) => void): Exercises {
  return Object.fromEntries(
    Object.entries(EXERCISES).map(([name, run]) =>
      tf.tidy(() => {
        const values = run(sampler()).map((tensor) => tensor.dataSync() as Values)
        see?.(name, values)
        return [name, digest(values)] as const
      }),
    ),
  )
}

/** Names of the exercises whose bits differ. */
export function differences(one: Exercises, other: Exercises): string[] {
  return Object.keys(one).filter((name) => one[name] !== other[name])
}

/** Of the bits, not of the values: -0 is not 0. Each word is mixed in by steps that can be undone, so that one difference alone is never lost. */
export function digest(arrays: readonly Values[]): number {
  let hash = 0
  const mix = (word: number) => {
    hash = Math.imul(hash ^ word, 0x01000193)
    hash ^= hash >>> 15
  }
  for (const { buffer, byteOffset, byteLength } of arrays) {
    mix(byteLength)
    const words = new Uint32Array(buffer, byteOffset, byteLength >> 2)
    for (let i = 0; i < words.length; i++) mix(words[i]!)
    for (let i = byteLength & ~3; i < byteLength; i++) mix(new Uint8Array(buffer, byteOffset + i, 1)[0]!)
  }
  return hash >>> 0
}

type Sample = (shape: number[]) => tf.Tensor

/** Values without a pattern on [-2, 2), exact in float32 and so the same everywhere: nothing is drawn by them, and chance would take longer than the kernels. */
function sampler(): Sample {
  let state = 1
  return (shape) => {
    const values = new Float32Array(tf.util.sizeFromShape(shape))
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      values[i] = (state >>> 8) / 2 ** 22 - 2
    }
    return tf.tensor(values, shape)
  }
}

/** A convolution of every kind: with its bias, and the gradients of all three. */
function convolution(
  extent: readonly [number, number, number],
  k: number,
  from: number,
  to: number,
  how: { stride?: number; padding?: number },
) {
  return (sample: Sample) =>
    withGradients(
      (x, filter, bias) => conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, bias as tf.Tensor1D, how),
      [sample([2, ...extent, from]), sample([k, k, k, from, to]), sample([to])],
    )
}

function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const y = f(...inputs)
  const dy = tf.mul(y, 0.5)
  return [y, ...tf.grads(f)(inputs, dy)]
}

const EXERCISES: Readonly<Record<string, (sample: Sample) => tf.Tensor[]>> = {
  'convolution 3x3x3, few channels': convolution([7, 9, 11], 3, 1, 5, { padding: 1 }),
  'convolution 3x3x3': convolution([9, 7, 10], 3, 8, 12, { padding: 1 }),
  'convolution 3x3x3, odd channels': convolution([6, 5, 7], 3, 7, 9, { padding: 1 }),
  'convolution 3x3x3, many channels': convolution([5, 6, 4], 3, 36, 33, { padding: 1 }),
  'convolution 3x3x3, few large tiles': convolution([8, 8, 4], 3, 64, 64, { padding: 1 }),
  'convolution 3x3x3, few small tiles': convolution([3, 3, 2], 3, 64, 64, { padding: 1 }),
  'convolution 3x3x3, stride 2': convolution([9, 8, 7], 3, 8, 16, { stride: 2, padding: 1 }),
  'convolution 2x2x2, stride 2': convolution([8, 7, 6], 2, 8, 20, { stride: 2 }),
  'convolution 4x4x4, stride 2': convolution([9, 8, 7], 4, 3, 16, { stride: 2, padding: 1 }),
  'convolution 7x7x7': convolution([5, 4, 9], 7, 1, 16, { padding: 3 }),
  'convolution 1x1x1': convolution([7, 5, 9], 1, 8, 2, {}),
  'convolution 1x1x1, stride 2': convolution([7, 6, 9], 1, 12, 20, { stride: 2 }),
  'transposed convolution': (sample) =>
    withGradients(
      (x, filter, bias) => convTranspose3d(x as tf.Tensor5D, filter as tf.Tensor5D, bias as tf.Tensor1D, { stride: 2 }),
      [sample([2, 5, 3, 4, 20]), sample([2, 2, 2, 9, 20]), sample([9])],
    ),
  'convolution and batch norm': (sample) =>
    withGradients(
      (x, filter, gamma, beta, residual) =>
        convBatchNorm3d(x as tf.Tensor5D, {
          filter: filter as tf.Tensor5D,
          gamma: gamma as tf.Tensor1D,
          beta: beta as tf.Tensor1D,
          residual: residual as tf.Tensor5D,
          training: true,
          relu: true,
          padding: 1,
        }).y,
      [sample([2, 7, 6, 9, 8]), sample([3, 3, 3, 8, 12]), sample([12]), sample([12]), sample([2, 7, 6, 9, 12])],
    ),
  'batch norm': (sample) =>
    [5, 8].flatMap((channels) =>
      withGradients(
        (x, gamma, beta) =>
          batchNorm3d(x as tf.Tensor5D, { gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D, training: true, relu: true }).y,
        [sample([2, 5, 7, 3, channels]), sample([channels]), sample([channels])],
      ),
    ),
  'batch norm, inference': (sample) => [
    batchNorm3d(sample([2, 5, 7, 3, 9]) as tf.Tensor5D, {
      gamma: sample([9]) as tf.Tensor1D,
      beta: sample([9]) as tf.Tensor1D,
      training: false,
      mean: sample([9]) as tf.Tensor1D,
      variance: tf.abs(sample([9])) as tf.Tensor1D,
    }).y,
  ],
  'cross-entropy': (sample) => {
    const labels = tf.cast(tf.greater(sample([2, 5, 7, 3]), 0.2), 'int32')
    return [2, 3].flatMap((classes) =>
      withGradients((logits) => softmaxCrossEntropy(logits, labels), [sample([2, 5, 7, 3, classes])]),
    )
  },
  softmax: (sample) =>
    [2, 3].flatMap((classes) => withGradients((logits) => tf.softmax(logits), [sample([2, 5, 7, 3, classes])])),
  upsampling: (sample) => [
    ...withGradients((x) => upsampleNearest3d(x as tf.Tensor5D), [sample([2, 3, 4, 5, 7])]),
    ...[true, false].flatMap((alignCorners) =>
      withGradients((x) => upsampleTrilinear3d(x as tf.Tensor5D, { alignCorners }), [sample([2, 3, 4, 5, 8])]),
    ),
  ],
  'dropout and sums': (sample) => [
    ...withGradients((x) => channelDropout3d(x as tf.Tensor5D, sample([2, 7]) as tf.Tensor2D), [sample([2, 3, 5, 4, 7])]),
    ...withGradients((x) => leakyRelu(x, 0.2), [sample([2, 3, 5, 7])]),
    addMaps3d(sample([2, 3, 5, 4, 7]) as tf.Tensor5D, sample([2, 3, 5, 4, 7]) as tf.Tensor5D),
  ],
  optimisers: (sample) => {
    const shapes = [[3, 3, 3, 2, 5], [13]]
    const variables = () => shapes.map((shape) => tf.variable(sample(shape)))
    const gradients = shapes.map(sample)
    const [sgd, velocities, adam, firstMoments, teacher] = [variables(), variables(), variables(), variables(), variables()]
    const secondMoments = shapes.map((shape) => tf.variable(tf.abs(sample(shape))))
    sgdMomentumStep({ parameters: sgd, gradients, velocities }, { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 })
    adamStep(
      { parameters: adam, gradients, firstMoments, secondMoments },
      { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 3 },
    )
    emaStep(teacher, sgd, 0.9)
    const all = [...sgd, ...velocities, ...adam, ...firstMoments, ...secondMoments, ...teacher]
    const values = all.map((variable) => tf.clone(variable))
    for (const variable of all) variable.dispose()
    return values
  },
  'element by element': (sample) => {
    const [a, b, row] = [sample([2, 5, 7, 3]), sample([2, 5, 7, 3]), sample([3])]
    const positive = tf.abs(a)
    const whole = tf.cast(positive, 'int32')
    const unary = [
      tf.exp(a),
      tf.log(positive),
      tf.sqrt(positive),
      tf.square(a),
      tf.sigmoid(a),
      tf.tanh(a),
      tf.relu(a),
      tf.neg(a),
      tf.abs(a),
    ]
    const binary = [
      tf.add(a, b),
      tf.sub(a, row),
      tf.mul(a, b),
      tf.div(a, b),
      tf.maximum(a, b),
      tf.minimum(a, b),
      tf.squaredDifference(a, b),
    ]
    const compared = [
      tf.greater(a, b),
      tf.less(a, row),
      tf.equal(a, a),
      tf.where(tf.greater(a, 0), a, b),
      tf.clipByValue(a, -0.5, 0.5),
    ]
    return [
      ...unary,
      ...binary,
      ...compared,
      tf.cast(a, 'int32'),
      tf.add(whole, whole),
      tf.oneHot(whole, 3),
      tf.logicalAnd(tf.less(a, b), tf.less(b, row)),
      tf.cast(tf.greater(a, 0), 'float32'),
    ]
  },
  'reductions and copies': (sample) => {
    const a = sample([2, 5, 7, 3])
    return [
      ...[
        tf.sum(a),
        tf.mean(a, [0, 1]),
        tf.max(a),
        tf.max(a, 3),
        tf.min(a, 1),
        tf.argMax(a, 3),
        tf.sum(a, 3),
        tf.sum(sample([3, 4100]), 0),
      ],
      ...[tf.transpose(a, [0, 2, 1, 3]), tf.slice(a, [0, 1, 2, 0], [2, 3, 4, 2]), tf.concat([a, a], 3), tf.reverse(a, 2)],
      ...[
        tf.pad(a, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
        tf.tile(a, [1, 1, 2, 1]),
        tf.matMul(sample([5, 7]), sample([7, 9])),
        tf.matMul(sample([3, 4100]), sample([4100, 5])),
      ],
    ]
  },
}
