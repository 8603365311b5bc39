import * as tf from '@tensorflow/tfjs-core'
import { asRows, type BatchNormAttrs, columnMoments, normalise } from './batch-norm-composite'
import { defineKernel } from './dispatch'
import { dualsegError } from './errors'
import { expectFlag, expectFloat, expectNumber, expectOptions, expectRank, expectShape } from './validate'

interface Affine {
  x: tf.Tensor5D
  gamma: tf.Tensor1D
  beta: tf.Tensor1D
  residual?: tf.Tensor5D
}

/** dx, dgamma, dbeta, dresidual (of shape [0] if there is no residual). */
export type BatchNormGrads = [tf.Tensor5D, tf.Tensor1D, tf.Tensor1D, tf.Tensor]

export const batchNormGrad = defineKernel<
  Affine & { dy: tf.Tensor5D; mean: tf.Tensor1D; variance: tf.Tensor1D },
  BatchNormAttrs & { training: boolean },
  BatchNormGrads
>({
  name: 'DualSegBatchNormGrad',
  composite: ({ dy, x, gamma, beta, mean, variance, residual }, { epsilon, relu, training }) => {
    const rows = asRows(x)
    const parameters = { gamma, beta, mean, variance, residual }
    const dyRows = asRows(dy)
    const active = relu ? tf.mul(dyRows, tf.step(normalise(rows, parameters, epsilon))) : dyRows
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon))
    const normalised = tf.mul<tf.Tensor2D>(tf.sub(rows, mean), inverseDeviation)
    const dbeta: tf.Tensor1D = tf.sum(active, 0)
    const dgamma: tf.Tensor1D = tf.sum(tf.mul(active, normalised), 0)
    const count = rows.shape[0]
    const centred = training ? tf.sub(tf.sub(active, tf.div(dbeta, count)), tf.mul(normalised, tf.div(dgamma, count))) : active
    const dx: tf.Tensor5D = tf.reshape(tf.mul(centred, tf.mul(gamma, inverseDeviation)), x.shape)
    // A clone where nothing was masked: a kernel never returns its input itself.
    const dresidual = residual ? tf.clone(tf.reshape(active, residual.shape)) : tf.zeros([0])
    return [dx, dgamma, dbeta, dresidual]
  },
})

/** What every gradient of a batch norm saves under `savedResidual`: tfjs cannot skip an absent input, so gamma stands in for it. */
export function savedResidual(residual: tf.Tensor5D | undefined, gamma: tf.Tensor1D): tf.NamedTensorMap {
  return { savedResidual: residual ?? gamma }
}

/** Undoes `savedResidual`. */
export function residualFromSaved(saved: tf.Tensor): tf.Tensor5D | undefined {
  return saved.rank === 5 ? (saved as tf.Tensor5D) : undefined
}

export const runBatchNorm = defineKernel<Affine, BatchNormAttrs, [tf.Tensor5D, tf.Tensor1D, tf.Tensor1D]>({
  name: 'DualSegBatchNorm',
  composite: ({ x, gamma, beta, residual }, { epsilon, relu }) => {
    const rows = asRows(x)
    const { mean, variance } = columnMoments(rows)
    const y = normalise(rows, { gamma, beta, mean, variance, residual }, epsilon)
    return [tf.reshape(relu ? tf.relu(y) : y, x.shape), mean, variance]
  },
  gradient: {
    inputsToSave: ['x', 'gamma', 'beta', 'savedResidual'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [x, gamma, beta, kept, mean, variance] = saved as [
        tf.Tensor5D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor,
        tf.Tensor1D,
        tf.Tensor1D,
      ]
      const dy = dys[0] as tf.Tensor5D
      const residual = residualFromSaved(kept)
      const grads = batchNormGrad({ dy, x, gamma, beta, mean, variance, residual }, { ...attrs, training: true })
      return { x: () => grads[0], gamma: () => grads[1], beta: () => grads[2], residual: () => grads[3] }
    },
  },
})

export const runBatchNormInference = defineKernel<
  Affine & { mean: tf.Tensor1D; variance: tf.Tensor1D },
  BatchNormAttrs,
  tf.Tensor5D
>({
  name: 'DualSegBatchNormInference',
  composite: ({ x, gamma, beta, mean, variance, residual }, { epsilon, relu }) => {
    const y = normalise(asRows(x), { gamma, beta, mean, variance, residual }, epsilon)
    return tf.reshape(relu ? tf.relu(y) : y, x.shape)
  },
  gradient: {
    inputsToSave: ['x', 'gamma', 'beta', 'mean', 'variance', 'savedResidual'],
    gradFunc: (dy, saved, attrs) => {
      const [x, gamma, beta, mean, variance, kept] = saved as [
        tf.Tensor5D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor,
      ]
      const residual = residualFromSaved(kept)
      const inputs = { dy, x, gamma, beta, mean, variance, residual }
      const grads = batchNormGrad(inputs, { ...attrs, training: false })
      return { x: () => grads[0], gamma: () => grads[1], beta: () => grads[2], residual: () => grads[3] }
    },
  },
})

/** What batch norm does with statistics and what follows it. */
export interface BatchNormOptions {
  /** [channels] */
  readonly gamma: tf.Tensor1D
  /** [channels] */
  readonly beta: tf.Tensor1D
  /** Added to the variance. @default 1e-5 */
  readonly epsilon?: number
  /** ReLU on the sum of the normalised map and the residual. @default false */
  readonly relu?: boolean
  /** Added before the ReLU, of the output's shape. */
  readonly residual?: tf.Tensor5D | null
  /** True: the batch's own statistics. False: those given. */
  readonly training: boolean
  /** [channels], needed when not training */
  readonly mean?: tf.Tensor1D
  /** [channels], biased or not as the caller likes, needed when not training */
  readonly variance?: tf.Tensor1D
}

export const BATCH_NORM_OPTIONS = ['gamma', 'beta', 'epsilon', 'relu', 'residual', 'training', 'mean', 'variance'] as const

export interface BatchNormResult {
  readonly y: tf.Tensor5D
  /** The mean used. Constant for gradients. When not training, the tensor that was given. */
  readonly mean: tf.Tensor1D
  /** The biased variance used (times n / (n - 1) makes it PyTorch's running one). Constant for gradients. */
  readonly variance: tf.Tensor1D
}

/** Checks the options of a batch norm whose output has the shape `shape`. Returns the statistics if they are to be used. */
export function checkBatchNorm(
  where: string,
  shape: readonly number[],
  options: BatchNormOptions,
): { attrs: BatchNormAttrs; residual?: tf.Tensor5D; given?: { mean: tf.Tensor1D; variance: tf.Tensor1D } } {
  const { gamma, beta, epsilon = 1e-5, relu = false, residual, training, mean, variance } = options
  expectFlag(where, 'training', training)
  expectFlag(where, 'relu', relu)
  const channels = [shape[shape.length - 1]!]
  const vectors: [string, tf.Tensor1D | undefined][] = [
    ['gamma', gamma],
    ['beta', beta],
  ]
  if (!training) vectors.push(['mean', mean], ['variance', variance])
  for (const [name, vector] of vectors) {
    if (vector === null || vector === undefined) {
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: ${name} is missing; ${training ? 'it is always needed' : 'needed unless training'}`,
      )
    }
    expectFloat(where, name, vector)
    expectShape(where, name, vector, channels, 'one number a channel')
  }
  expectNumber(where, 'epsilon', epsilon, 0, 1)
  if (residual !== null && residual !== undefined) {
    expectFloat(where, 'residual', residual)
    expectShape(where, 'residual', residual, shape, 'the shape of the output')
  }
  const attrs = { epsilon, relu }
  return { attrs, residual: residual ?? undefined, given: training ? undefined : { mean: mean!, variance: variance! } }
}

/**
 * Batch norm over all axes but the channels, with an optional residual and ReLU in the same pass:
 * `relu((x - mean) / sqrt(variance + epsilon) * gamma + beta + residual)`.
 *
 * Source: Ioffe and Szegedy 2015. Running statistics are the caller's.
 *
 * @param x [batch, x, y, z, channels]
 * @throws DUALSEG_SHAPE if a vector does not have one number a channel or the residual is not of x's shape
 * @throws DUALSEG_VALUE if statistics are missing when not training
 */
export function batchNorm3d(x: tf.Tensor5D, options: BatchNormOptions): BatchNormResult {
  expectRank('batchNorm3d', 'x', x, 5, '[batch,x,y,z,channels]')
  expectFloat('batchNorm3d', 'x', x)
  expectOptions('batchNorm3d', options, BATCH_NORM_OPTIONS)
  const { attrs, residual, given } = checkBatchNorm('batchNorm3d', x.shape, options)
  const { gamma, beta } = options
  const saved = savedResidual(residual, gamma)
  if (given) return { y: runBatchNormInference({ x, gamma, beta, ...given, residual }, attrs, saved), ...given }
  const [y, mean, variance] = runBatchNorm({ x, gamma, beta, residual }, attrs, saved)
  return { y, mean, variance }
}
