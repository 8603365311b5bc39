import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TorchType } from '../libtorch'
import type { Pointer } from '../native-words'
import * as aten from '../operators'
import { channelsFirst, sizeOf } from '../shapes'
import type { TorchBackend } from '../torch-backend'
import { subtract } from './binary'
import { adoptMap, type ConvAttrs, convolve } from './convolution'
import { attrsOf, type KernelCall, type KernelTable, type TorchKernel } from './kernel'

interface NormAttrs {
  readonly epsilon: number
  readonly relu: boolean
}

type Vectors = Readonly<Record<'gamma' | 'beta' | 'mean' | 'variance', TensorInfo>>

/** A map to be normalised: its handle is the caller's. */
interface NormMap {
  readonly map: Pointer
  readonly shape: number[]
  readonly type: TorchType
}

function mapOf(backend: TorchBackend, x: TensorInfo): NormMap {
  const { type } = backend.dataOf(x.dataId)
  return { map: backend.view(x, { ...channelsFirst(x.shape), type }), shape: x.shape, type }
}

/** The residual on top, then the ReLU; takes y over. */
function finish(backend: TorchBackend, y: Pointer, type: TorchType, residual: TensorInfo | undefined, relu: boolean): Pointer {
  const sum = residual ? subtract(backend, y, backend.view(residual, { ...channelsFirst(residual.shape), type }), -1) : y
  return relu ? aten.RELU_(backend.library, sum) : sum
}

/** With the batch's own statistics. All handles that come back are the caller's; those that go in stay so. */
function normaliseBatch(
  backend: TorchBackend,
  { map, shape, type }: NormMap,
  { gamma, beta, residual }: { gamma: TensorInfo; beta: TensorInfo; residual?: TensorInfo },
  { epsilon, relu }: NormAttrs,
): { y: Pointer; mean: Pointer; variance: Pointer; inverseDeviation: Pointer } {
  const { library, tensors } = backend
  const channels = gamma.shape
  // A running average that forgets all is the batch's own, with its variance as PyTorch keeps it: over n - 1.
  const [runningMean, runningVariance] = [tensors.empty(channels, 'float32'), tensors.empty(channels, 'float32')]
  library.fill(runningMean, 0)
  library.fill(runningVariance, 0)
  const [normalised, mean, inverseDeviation] = aten.BATCH_NORM.all(
    library,
    library.newHandle(map),
    backend.view(gamma),
    backend.view(beta),
    runningMean,
    library.newHandle(runningVariance),
    true,
    1,
    epsilon,
  ) as [Pointer, Pointer, Pointer]
  const count = sizeOf(shape) / channels[0]!
  if (count === 1) library.fill(runningVariance, 0)
  const variance = aten.MUL(library, runningVariance, tensors.constant((count - 1) / count))
  return { y: finish(backend, normalised, type, residual, relu), mean, variance, inverseDeviation }
}

/** With given statistics. */
function normaliseGiven(
  backend: TorchBackend,
  { map, type }: NormMap,
  { gamma, beta, mean, variance, residual }: Vectors & { residual?: TensorInfo },
  { epsilon, relu }: NormAttrs,
): Pointer {
  const { library } = backend
  const [y, ...unused] = aten.BATCH_NORM.all(
    library,
    library.newHandle(map),
    backend.view(gamma),
    backend.view(beta),
    backend.view(mean),
    backend.view(variance),
    false,
    0,
    epsilon,
  ) as [Pointer, Pointer, Pointer]
  for (const handle of unused) library.delete(handle)
  return finish(backend, y, type, residual, relu)
}

const batchNorm: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { x, gamma, beta, residual } = inputs as Record<string, TensorInfo> & Record<'x' | 'gamma' | 'beta', TensorInfo>
  const from = mapOf(backend, x)
  const result = normaliseBatch(backend, from, { gamma, beta, residual }, attrsOf<NormAttrs>(call))
  backend.library.delete(from.map)
  backend.library.delete(result.inverseDeviation)
  return [
    adoptMap(backend, result.y, x.shape, from.type),
    backend.adopt(result.mean, gamma.shape),
    backend.adopt(result.variance, gamma.shape),
  ]
}

const batchNormInference: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { x, ...others } = inputs as Vectors & { x: TensorInfo; residual?: TensorInfo }
  const from = mapOf(backend, x)
  const y = normaliseGiven(backend, from, others, attrsOf<NormAttrs>(call))
  backend.library.delete(from.map)
  return adoptMap(backend, y, x.shape, from.type)
}

/** dy where the output was positive, 0 elsewhere; takes both over. */
function masked(backend: TorchBackend, dy: Pointer, output: Pointer): Pointer {
  const { library } = backend
  return backend.reluBackward(dy, output) ?? aten.MUL(library, aten.SIGN(library, output), dy)
}

/** The output of the batch norm whose gradient is asked for: kept by the fused kernel, else computed again, bit for bit. */
function outputOf(call: KernelCall, from: NormMap, attrs: NormAttrs & { training: boolean }): Pointer {
  const { inputs, backend } = call
  const kept = backend.dataOf(inputs.x!.dataId).note
  if (kept) return backend.library.newHandle(kept.output)
  const others = inputs as unknown as Vectors & { residual?: TensorInfo }
  if (!attrs.training) return normaliseGiven(backend, from, others, attrs)
  const { y, mean, variance, inverseDeviation } = normaliseBatch(backend, from, others, attrs)
  for (const handle of [mean, variance, inverseDeviation]) backend.library.delete(handle)
  return y
}

const batchNormGrad: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { dy, x, gamma, mean, variance, residual } = inputs as Record<string, TensorInfo> &
    Record<'dy' | 'x' | 'gamma' | 'mean' | 'variance', TensorInfo>
  const attrs = attrsOf<NormAttrs & { training: boolean }>(call)
  const { library, tensors } = backend
  const from = mapOf(backend, x)
  const given = backend.view(dy, { ...channelsFirst(dy.shape), type: from.type })
  const active = attrs.relu ? masked(backend, given, outputOf(call, from, attrs)) : given
  const note = backend.dataOf(x.dataId).note
  const inverseDeviation = note
    ? library.newHandle(note.inverseDeviation)
    : aten.RSQRT(library, subtract(backend, backend.view(variance), tensors.constant(-attrs.epsilon), 1))
  const [dx, dgamma, dbeta] = aten.BATCH_NORM_BACKWARD.all(
    library,
    library.newHandle(active),
    from.map,
    backend.view(gamma),
    attrs.training ? null : backend.view(mean),
    attrs.training ? null : backend.view(variance),
    backend.view(mean),
    inverseDeviation,
    attrs.training,
    attrs.epsilon,
    [true, true, true],
  ) as [Pointer, Pointer, Pointer]
  const dresidual = residual ? adoptMap(backend, active, residual.shape, from.type) : emptied(backend, active)
  // Without a ReLU it is dy itself.
  if (residual && !attrs.relu) backend.dataOf(dy.dataId).isShared = backend.dataOf(dresidual.dataId).isShared = true
  return [
    adoptMap(backend, dx, x.shape, from.type),
    backend.adopt(dgamma, gamma.shape),
    backend.adopt(dbeta, gamma.shape),
    dresidual,
  ]
}

/** The contract's stand-in for the gradient of an absent residual; gives the handle up. */
function emptied(backend: TorchBackend, handle: Pointer): TensorInfo {
  backend.library.delete(handle)
  return { dataId: backend.write(new Float32Array(0), [0], 'float32'), shape: [0], dtype: 'float32' }
}

type FusedAttrs = ConvAttrs & NormAttrs & { readonly transposed: boolean }

const convBatchNorm: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { gamma, beta, residual } = inputs as Record<string, TensorInfo> & Record<'gamma' | 'beta', TensorInfo>
  const attrs = attrsOf<FusedAttrs>(call)
  const z = convolve(call, attrs.transposed)
  const kept = adoptMap(backend, z.map, z.shape, z.type)
  const from = mapOf(backend, kept)
  const { y, mean, variance, inverseDeviation } = normaliseBatch(backend, from, { gamma, beta, residual }, attrs)
  backend.library.delete(from.map)
  const output = adoptMap(backend, y, z.shape, z.type)
  const { handle } = backend.dataOf(output.dataId)
  backend.dataOf(kept.dataId).note = { output: backend.library.newHandle(handle), inverseDeviation }
  return [output, kept, backend.adopt(mean, gamma.shape), backend.adopt(variance, gamma.shape)]
}

const convBatchNormInference: TorchKernel = (call) => {
  const { inputs, backend } = call
  const attrs = attrsOf<FusedAttrs>(call)
  const z = convolve(call, attrs.transposed)
  const y = normaliseGiven(backend, z, inputs as unknown as Vectors & { residual?: TensorInfo }, attrs)
  backend.library.delete(z.map)
  return adoptMap(backend, y, z.shape, z.type)
}

export const BATCH_NORM_KERNELS: KernelTable = {
  DualSegBatchNorm: batchNorm,
  DualSegBatchNormInference: batchNormInference,
  DualSegBatchNormGrad: batchNormGrad,
  DualSegConvBatchNorm: convBatchNorm,
  DualSegConvBatchNormInference: convBatchNormInference,
}
