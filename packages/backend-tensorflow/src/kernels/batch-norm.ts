import type { TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { keepOutput, keptOutput } from '../kept-outputs'
import type { NodeBackend } from '../tfjs-node'
import { CONSTANTS } from '../tfjs-node'
import { convolution, type Windows } from './convolution'
import {
  attrsOf,
  FLOAT,
  flagAttr,
  type KernelCall,
  type KernelTable,
  numberAttr,
  reshaped,
  run,
  type TensorFlowKernel,
  textAttr,
  typeAttr,
} from './ops'

interface Affine {
  readonly gamma: TensorInfo
  readonly beta: TensorInfo
}

interface Statistics {
  readonly mean: TensorInfo
  readonly variance: TensorInfo
}

interface NormAttrs {
  readonly epsilon: number
  readonly relu: boolean
}

/** oneDNN's batch norm takes four axes and is several times as fast as TensorFlow's own for five: y and z are read as one. */
export function asImages(backend: NodeBackend, { dataId, shape, dtype }: TensorInfo): tf.Tensor {
  const [batch, x, y, z, channels] = shape as [number, number, number, number, number]
  return reshaped(backend, { dataId, shape, dtype }, [batch, x, y * z, channels])
}

function opAttrs(epsilon: number, training: boolean) {
  const types = [FLOAT, typeAttr('U', CONSTANTS.TF_FLOAT)]
  return [...types, numberAttr('epsilon', epsilon), textAttr('data_format', 'NHWC'), flagAttr('is_training', training)]
}

/** y and the batch's mean and biased variance, of images. */
function normaliseByBatch(backend: NodeBackend, images: tf.Tensor, affine: Affine, epsilon: number): tf.Tensor[] {
  if (backend.isUsingGpuDevice) return normaliseOnGpu(backend, images, affine, epsilon)
  // The processor's op would sum hundreds of thousands of voxels one after the other in float32: four digits of the variance are left.
  const mean = channelMeans(images)
  const [none, one] = [tf.zerosLike(mean), tf.onesLike(mean)]
  const centred = normaliseBy(backend, images, { gamma: one, beta: none }, { mean, variance: one }, 0)
  const variance = channelMeans(tf.square(centred))
  return [normaliseBy(backend, images, affine, { mean, variance }, epsilon), mean, variance]
}

/** Means of each channel, summed in two levels: nearly all digits of float32 are kept. */
function channelMeans(images: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mean(images, 2), [0, 1])
}

function normaliseOnGpu(backend: NodeBackend, images: tf.Tensor, { gamma, beta }: Affine, epsilon: number): tf.Tensor[] {
  const none = tf.zeros([0])
  const inputs = [images, gamma, beta, none, none]
  const [y, mean, unbiased] = backend.executeMultipleOutputs('FusedBatchNormV3', opAttrs(epsilon, true), inputs, 6)
  const count = images.size / gamma.shape[0]!
  return [y!, mean!, tf.mul(unbiased!, (count - 1) / count)]
}

/** y of images by statistics that are given: the same bits as those that the batch norm of the same statistics gave in training. */
export function normaliseBy(
  backend: NodeBackend,
  images: tf.Tensor,
  { gamma, beta }: Affine,
  { mean, variance }: Statistics,
  epsilon: number,
): tf.Tensor {
  const inputs = [images, gamma, beta, mean, variance]
  return backend.executeMultipleOutputs('FusedBatchNormV3', opAttrs(epsilon, false), inputs, 6)[0]!
}

/** Adds the residual, then ReLU, and gives the five axes back. */
function finished(
  backend: NodeBackend,
  images: tf.Tensor,
  residual: TensorInfo | undefined,
  relu: boolean,
  shape: readonly number[],
) {
  const y = reshaped(backend, images, shape)
  const sum = residual ? run(backend, 'AddV2', [y, residual]) : y
  return relu ? run(backend, 'Relu', [sum]) : sum
}

function inTraining(call: KernelCall, x: tf.Tensor | TensorInfo): tf.Tensor[] {
  const { inputs, backend } = call
  const { epsilon, relu } = attrsOf<NormAttrs>(call)
  const [images, mean, variance] = normaliseByBatch(backend, asImages(backend, x), inputs as unknown as Affine, epsilon)
  return [finished(backend, images!, inputs.residual, relu, x.shape), mean!, variance!]
}

function inInference(call: KernelCall, x: tf.Tensor | TensorInfo): tf.Tensor {
  const { inputs, backend } = call
  const { epsilon, relu } = attrsOf<NormAttrs>(call)
  const given = inputs as unknown as Affine & Statistics
  const images = normaliseBy(backend, asImages(backend, x), given, given, epsilon)
  return finished(backend, images, inputs.residual, relu, x.shape)
}

const convBatchNorm: TensorFlowKernel = (call) => {
  const { transposed, ...windows } = attrsOf<Windows & { transposed: boolean }>(call)
  const z = convolution(call, windows, transposed)
  const [y, mean, variance] = inTraining(call, z)
  if (attrsOf<NormAttrs>(call).relu) keepOutput(call.backend, z, y!)
  return [y!, z, mean!, variance!]
}

const convBatchNormInference: TensorFlowKernel = (call) => {
  const { transposed, ...windows } = attrsOf<Windows & { transposed: boolean }>(call)
  return inInference(call, convolution(call, windows, transposed))
}

const batchNormGrad: TensorFlowKernel = (call) => {
  const { inputs, backend } = call
  const { dy, x, residual } = inputs as { dy: TensorInfo; x: TensorInfo; residual?: TensorInfo }
  const { relu } = attrsOf<NormAttrs>(call)
  const shape = x.shape
  const images = asImages(backend, x)
  const active = relu ? run(backend, 'ReluGrad', [dy, keptOutput(x) ?? beforeRelu(call, images)]) : dy
  const [dx, dgamma, dbeta] = gradients(call, asImages(backend, active), images)
  // Reshaped, so that it has a handle of its own: a kernel never returns its input itself.
  const dresidual = residual ? reshaped(backend, active, shape) : tf.zeros([0])
  return [reshaped(backend, dx!, shape), dgamma!, dbeta!, dresidual]
}

/** What the ReLU was given, from the same bits as forwards. */
function beforeRelu(call: KernelCall, images: tf.Tensor): tf.Tensor {
  const given = call.inputs as unknown as Affine & Statistics
  const { epsilon } = attrsOf<NormAttrs>(call)
  return finished(
    call.backend,
    normaliseBy(call.backend, images, given, given, epsilon),
    call.inputs.residual,
    false,
    call.inputs.x!.shape,
  )
}

/** dx, dgamma and dbeta of images. */
function gradients({ inputs, attrs, backend }: KernelCall, dy: tf.Tensor, images: tf.Tensor): tf.Tensor[] {
  const { gamma, mean, variance } = inputs as unknown as Affine & Statistics
  const { epsilon, training } = attrs as unknown as NormAttrs & { training: boolean }
  const inverse = training && backend.isUsingGpuDevice
  const spread = inverse ? tf.rsqrt(tf.add(vector(backend, variance), epsilon)) : variance
  const inputsOfOp = [dy, images, gamma, mean, spread, tf.zeros([0])]
  return backend.executeMultipleOutputs('FusedBatchNormGradV3', opAttrs(epsilon, training), inputsOfOp, 5)
}

/** A handle of tfjs's on an input. */
function vector(backend: NodeBackend, x: TensorInfo): tf.Tensor {
  return reshaped(backend, x, x.shape)
}

export const BATCH_NORM_KERNELS: KernelTable = {
  DualSegBatchNorm: (call) => inTraining(call, call.inputs.x!),
  DualSegBatchNormInference: (call) => inInference(call, call.inputs.x!),
  DualSegBatchNormGrad: batchNormGrad,
  DualSegConvBatchNorm: convBatchNorm,
  DualSegConvBatchNormInference: convBatchNormInference,
}
