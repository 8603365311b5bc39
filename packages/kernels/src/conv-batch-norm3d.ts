import * as tf from '@tensorflow/tfjs-core'
import { releaseGradient, releaseSaved } from './backward-pass'
import type { BatchNormAttrs } from './batch-norm-composite'
import {
  BATCH_NORM_OPTIONS,
  type BatchNormOptions,
  type BatchNormResult,
  batchNormGrad,
  checkBatchNorm,
  residualFromSaved,
  runBatchNorm,
  runBatchNormInference,
  savedResidual,
} from './batch-norm3d'
import { biasGrad } from './bias-grad'
import { convTranspose3dAttrs, convTranspose3dGradFilter, convTranspose3dGradInput, runConvTranspose3d } from './conv-transpose3d'
import { conv3dAttrs, conv3dGradFilter, conv3dGradInput, runConv3d } from './conv3d'
import { type ConvolutionAttrs, convolvedSize, transposedSize } from './convolution'
import { CONVOLUTION_OPTIONS, type ConvolutionOptions } from './convolution-inputs'
import { defineKernel } from './dispatch'
import { expectFlag, expectOptions } from './validate'

type Attrs = ConvolutionAttrs & BatchNormAttrs & { transposed: boolean }

interface Inputs {
  x: tf.Tensor5D
  filter: tf.Tensor5D
  bias?: tf.Tensor1D
  gamma: tf.Tensor1D
  beta: tf.Tensor1D
  residual?: tf.Tensor5D
}

function convolution({ x, filter, bias }: Pick<Inputs, 'x' | 'filter' | 'bias'>, attrs: Attrs): tf.Tensor5D {
  const { stride, padding } = attrs
  return (attrs.transposed ? runConvTranspose3d : runConv3d)({ x, filter, bias }, { stride, padding })
}

/**
 * Gradients of the convolution's inputs from dz. dz is as large as the activation and tfjs would keep it to the end of the whole
 * backward pass, so it goes as soon as the last of the two has used it.
 */
function convolutionGrads(dz: tf.Tensor5D, x: tf.Tensor5D, filter: tf.Tensor5D, attrs: Attrs) {
  const { stride, padding, transposed } = attrs
  let waiting = 2
  const used = (grad: tf.Tensor5D): tf.Tensor5D => {
    if (--waiting === 0) dz.dispose()
    return grad
  }
  const gradInput = transposed ? convTranspose3dGradInput : conv3dGradInput
  const gradFilter = transposed ? convTranspose3dGradFilter : conv3dGradFilter
  return {
    x: () => used(gradInput({ dy: dz, filter }, { stride, padding, inputShape: x.shape })),
    filter: () => {
      const dfilter = used(gradFilter({ x, dy: dz }, { stride, padding, filterShape: filter.shape }))
      releaseSaved(x)
      return dfilter
    },
  }
}

const runTraining = defineKernel<Inputs, Attrs, [tf.Tensor5D, tf.Tensor5D, tf.Tensor1D, tf.Tensor1D]>({
  name: 'DualSegConvBatchNorm',
  composite: (inputs, attrs) => {
    const { gamma, beta, residual } = inputs
    const z = convolution(inputs, attrs)
    const [y, mean, variance] = runBatchNorm({ x: z, gamma, beta, residual }, { epsilon: attrs.epsilon, relu: attrs.relu })
    return [y, z, mean, variance]
  },
})

/** The part of the tape's interface behind `tf.customGrad`, which itself allows one output only and wants every gradient at once. */
interface Tape {
  runKernelFunc(call: {
    inputs: tf.NamedTensorMap
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor[]
    backwardsFunc: (dys: tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>
  }): tf.Tensor[]
}

/**
 * The training kernel as one entry on the tape whose outputs are y, mean and variance. z is saved for the gradient but is no output of the entry:
 * for an output that nobody uses tfjs fills in a gradient of zeros, as large as the activation.
 */
function runTrainingOnTape(inputs: Inputs, attrs: Attrs): [tf.Tensor5D, tf.Tensor1D, tf.Tensor1D] {
  const { x, filter, bias, gamma, beta, residual } = inputs
  const outputs = (tf.engine() as unknown as Tape).runKernelFunc({
    inputs: { x, filter, gamma, beta, ...(bias && { bias }), ...(residual && { residual }) },
    forwardFunc: (_, save) => {
      const [y, z, mean, variance] = runTraining(inputs, attrs)
      save([x, filter, gamma, beta, residual ?? gamma, z, mean, variance])
      return [y, mean, variance]
    },
    backwardsFunc: ([dy], saved) => trainingGrads(dy as tf.Tensor5D, saved, attrs),
  })
  return outputs as [tf.Tensor5D, tf.Tensor1D, tf.Tensor1D]
}

function trainingGrads(dy: tf.Tensor5D, saved: tf.Tensor[], attrs: Attrs): Record<string, () => tf.Tensor> {
  const [x, filter, gamma, beta, kept, z, mean, variance] = saved as [
    tf.Tensor5D,
    tf.Tensor5D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor,
    tf.Tensor5D,
    tf.Tensor1D,
    tf.Tensor1D,
  ]
  const [dz, dgamma, dbeta, dresidual] = batchNormGrad(
    { dy, x: z, gamma, beta, mean, variance, residual: residualFromSaved(kept) },
    { epsilon: attrs.epsilon, relu: attrs.relu, training: true },
  )
  releaseGradient(dy)
  releaseSaved(z)
  if (kept.rank === 5) releaseSaved(kept)
  return {
    ...convolutionGrads(dz, x, filter, attrs),
    // The batch mean takes any bias away again.
    bias: () => tf.zeros(gamma.shape),
    gamma: () => dgamma,
    beta: () => dbeta,
    residual: () => dresidual,
  }
}

const runInference = defineKernel<Inputs & { mean: tf.Tensor1D; variance: tf.Tensor1D }, Attrs, tf.Tensor5D>({
  name: 'DualSegConvBatchNormInference',
  composite: (inputs, attrs) => {
    const { gamma, beta, mean, variance, residual } = inputs
    const x = convolution(inputs, attrs)
    return runBatchNormInference({ x, gamma, beta, mean, variance, residual }, { epsilon: attrs.epsilon, relu: attrs.relu })
  },
  gradient: {
    inputsToSave: ['x', 'filter', 'savedBias', 'gamma', 'beta', 'mean', 'variance', 'savedResidual'],
    gradFunc: (dy, saved, attrs) => {
      const [x, filter, bias, gamma, beta, mean, variance, kept] = saved as [
        tf.Tensor5D,
        tf.Tensor5D,
        tf.Tensor,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor,
      ]
      // Computed again: training through frozen statistics is rare, and predicting should not carry z along.
      const z = convolution({ x, filter, bias: bias.rank === 1 ? (bias as tf.Tensor1D) : undefined }, attrs)
      const [dz, dgamma, dbeta, dresidual] = batchNormGrad(
        { dy, x: z, gamma, beta, mean, variance, residual: residualFromSaved(kept) },
        { epsilon: attrs.epsilon, relu: attrs.relu, training: false },
      )
      z.dispose()
      const dbias = biasGrad({ dy: dz }, {})
      return {
        ...convolutionGrads(dz, x, filter, attrs),
        bias: () => dbias,
        gamma: () => dgamma,
        beta: () => dbeta,
        residual: () => dresidual,
      }
    },
  },
})

/** A convolution and the batch norm behind it. */
export interface ConvBatchNormOptions extends BatchNormOptions, ConvolutionOptions {
  /** [kx, ky, kz, cin, cout]; transposed: [kx, ky, kz, cout, cin] */
  readonly filter: tf.Tensor5D
  /** [cout] */
  readonly bias?: tf.Tensor1D | null
  /** Transposed convolution. @default false */
  readonly transposed?: boolean
}

/**
 * Convolution (or transposed convolution), batch norm, residual and ReLU as one kernel and one entry on the tape: the unit that
 * costs in every network of this project.
 *
 * In training a bias in front of the batch norm has no effect on y; it shifts the returned mean and gets exact zeros as gradient.
 *
 * @param x [batch, x, y, z, cin]
 * @throws DUALSEG_SHAPE if ranks, channels or the residual's shape do not fit
 * @throws DUALSEG_VALUE if statistics are missing when not training
 */
export function convBatchNorm3d(x: tf.Tensor5D, options: ConvBatchNormOptions): BatchNormResult {
  const where = 'convBatchNorm3d'
  expectOptions(where, options, [...BATCH_NORM_OPTIONS, ...CONVOLUTION_OPTIONS, 'filter', 'bias', 'transposed'])
  const { filter, gamma, beta, transposed = false } = options
  expectFlag(where, 'transposed', transposed)
  const bias = options.bias ?? undefined
  const convAttrs = (transposed ? convTranspose3dAttrs : conv3dAttrs)(where, { x, filter, bias }, options)
  const size = transposed ? transposedSize : convolvedSize
  const spatial = [0, 1, 2].map((axis) => size(x.shape[axis + 1]!, filter.shape[axis]!, convAttrs))
  const shape = [x.shape[0], ...spatial, filter.shape[transposed ? 3 : 4]]
  const { attrs: normAttrs, residual, given } = checkBatchNorm(where, shape, options)
  const attrs = { ...convAttrs, ...normAttrs, transposed }
  if (given) {
    // As for the residual: the filter (rank 5) stands in for an absent bias (rank 1).
    const all = { ...savedResidual(residual, gamma), savedBias: bias ?? filter }
    return { y: runInference({ x, filter, bias, gamma, beta, ...given, residual }, attrs, all), ...given }
  }
  const [y, mean, variance] = runTrainingOnTape({ x, filter, bias, gamma, beta, residual }, attrs)
  return { y, mean, variance }
}
