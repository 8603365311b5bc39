import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { attrsOf, type KernelTable, sizeOf, type WasmKernel } from './kernel'
import { chunkOf, lanesOf } from './lines'

/** Lines of the table that the kernels read: mean, scale, shift and, for the gradient, two more. */
const FORWARD_LINES = 3
const GRADIENT_LINES = 5

/** What follows from the shape: how a tensor [.., channels] is read and shared out. */
interface Layout {
  readonly channels: number
  readonly total: number
  readonly lanes: number
  readonly chunk: number
  readonly tasks: number
}

function layoutOf(shape: readonly number[]): Layout {
  const channels = shape[shape.length - 1]!
  const total = sizeOf(shape)
  const lanes = lanesOf(channels)
  const chunk = chunkOf(lanes)
  return { channels, total, lanes, chunk, tasks: Math.ceil(total / chunk) }
}

/** Addresses of vectors, one number a channel. */
export interface NormVectors {
  readonly gamma: number
  readonly beta: number
  readonly mean: number
  readonly variance: number
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta (+ residual), then ReLU. All addresses; residual 0: none; y may be x. */
export function normalise(
  backend: WasmBackend,
  shape: readonly number[],
  { x, y, residual }: { x: number; y: number; residual: number },
  vectors: NormVectors,
  { epsilon, relu }: { epsilon: number; relu: boolean },
): void {
  const { channels, total, lanes, chunk, tasks } = layoutOf(shape)
  const { heap } = backend.runtime
  const table = heap.allocate(FORWARD_LINES * lanes * 4, 'a batch norm')
  fillTable(backend, table, vectors, lanes, channels, epsilon)
  backend.run('batchNormApply', [x, y, residual, table, relu ? 1 : 0, total, lanes, chunk], tasks)
  heap.release(table)
}

function fillTable(backend: WasmBackend, table: number, v: NormVectors, lanes: number, channels: number, epsilon: number): void {
  backend.run('batchNormTable', [table, v.mean, v.variance, v.gamma, v.beta, lanes, channels, epsilon], 1)
}

function moments(backend: WasmBackend, shape: readonly number[], x: number, mean: number, variance: number): void {
  const { channels, total, lanes, chunk, tasks } = layoutOf(shape)
  const { heap } = backend.runtime
  const partials = heap.allocate(tasks * lanes * 16, 'batch norm sums')
  backend.run('batchNormSums', [x, partials, total, lanes, chunk], tasks)
  backend.run('batchNormMoments', [partials, mean, variance, tasks, lanes, channels, total / channels], channels)
  heap.release(partials)
}

interface NormAttrs {
  readonly epsilon: number
  readonly relu: boolean
  readonly training: boolean
}

const batchNorm: WasmKernel = (call) => {
  const { inputs, backend } = call
  const { x, gamma, beta, residual } = inputs as Record<string, TensorInfo | undefined> &
    Record<'x' | 'gamma' | 'beta', TensorInfo>
  const y = backend.allocate(x.shape)
  const mean = backend.allocate(gamma.shape)
  const variance = backend.allocate(gamma.shape)
  const vectors = {
    gamma: backend.address(gamma),
    beta: backend.address(beta),
    mean: backend.address(mean),
    variance: backend.address(variance),
  }
  const from = backend.address(x)
  moments(backend, x.shape, from, vectors.mean, vectors.variance)
  const addresses = { x: from, y: backend.address(y), residual: residual ? backend.address(residual) : 0 }
  normalise(backend, x.shape, addresses, vectors, attrsOf<NormAttrs>(call))
  return [y, mean, variance]
}

const batchNormInference: WasmKernel = (call) => {
  const { inputs, backend } = call
  const { x, gamma, beta, mean, variance, residual } = inputs as Record<string, TensorInfo>
  const y = backend.allocate(x!.shape)
  const vectors = {
    gamma: backend.address(gamma!),
    beta: backend.address(beta!),
    mean: backend.address(mean!),
    variance: backend.address(variance!),
  }
  const addresses = { x: backend.address(x!), y: backend.address(y), residual: residual ? backend.address(residual) : 0 }
  normalise(backend, x!.shape, addresses, vectors, attrsOf<NormAttrs>(call))
  return y
}

const batchNormGrad: WasmKernel = (call) => {
  const { inputs, backend } = call
  const { dy, x, gamma, beta, mean, variance, residual } = inputs as Record<string, TensorInfo>
  const { epsilon, relu, training } = attrsOf<NormAttrs>(call)
  const { channels, total, lanes, chunk, tasks } = layoutOf(x!.shape)
  const { heap } = backend.runtime
  const dx = backend.allocate(x!.shape)
  const dgamma = backend.allocate(gamma!.shape)
  const dbeta = backend.allocate(gamma!.shape)
  const dresidual = backend.allocate(residual ? residual.shape : [0])
  const [from, source, to] = [backend.address(dy!), backend.address(x!), backend.address(dx)]
  const vectors = {
    gamma: backend.address(gamma!),
    beta: backend.address(beta!),
    mean: backend.address(mean!),
    variance: backend.address(variance!),
  }
  const [beside, passed] = residual ? [backend.address(residual), backend.address(dresidual)] : [0, 0]
  const table = heap.allocate(GRADIENT_LINES * lanes * 4, 'a batch norm')
  const partials = heap.allocate(tasks * lanes * 16, 'batch norm sums')
  const flag = relu ? 1 : 0
  fillTable(backend, table, vectors, lanes, channels, epsilon)
  backend.run('batchNormGradSums', [from, source, beside, passed, partials, table, flag, total, lanes, chunk], tasks)
  const outputs = [vectors.variance, backend.address(dgamma), backend.address(dbeta)]
  const counts = [tasks, lanes, channels, total / channels, epsilon, training ? 1 : 0]
  backend.run('batchNormGradVectors', [partials, table, ...outputs, ...counts], channels)
  // With a residual the first pass has already written what passes the ReLU.
  const masked = residual ? passed : from
  backend.run('batchNormGradApply', [masked, source, to, table, residual ? 0 : flag, total, lanes, chunk], tasks)
  heap.release(partials)
  heap.release(table)
  return [dx, dgamma, dbeta, dresidual]
}

export const BATCH_NORM_KERNELS: KernelTable = {
  DualSegBatchNorm: batchNorm,
  DualSegBatchNormInference: batchNormInference,
  DualSegBatchNormGrad: batchNormGrad,
}
