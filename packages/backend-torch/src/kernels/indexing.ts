import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import * as aten from '../operators'
import { sizeOf } from '../shapes'
import { isNumeric } from '../tensor-memory'
import type { TorchBackend } from '../torch-backend'
import { attrsOf, type KernelTable, type TorchKernel } from './kernel'

/** Indices that the host can read without waiting for a card. */
function readable(backend: TorchBackend, { dataId }: TensorInfo): Int32Array | undefined {
  const { library, options } = backend
  const data = backend.dataOf(dataId)
  if (data.hostValues || options.device.kind !== 'cpu') return data.hostValues as Int32Array | undefined
  const indices = new Int32Array(library.elements(data.handle))
  if (indices.length > 0) library.copyOut(indices, data.handle)
  return indices
}

/**
 * Whether an index is known to lie outside an axis. PyTorch counts negative ones from the end, and on a card a wrong one ends all work on it: such
 * calls are left to the cpu kernel, which names the index.
 */
function reachesOutside(backend: TorchBackend, indices: TensorInfo, size: number): boolean {
  return readable(backend, indices)?.some((index) => index < 0 || index >= size) ?? false
}

const gather: TorchKernel = ({ inputs, attrs, backend }) => {
  const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo }
  if (!isNumeric(x.dtype) || indices.dtype !== 'int32' || attrs.batchDims || sizeOf(x.shape) === 0) return null
  const count = sizeOf(indices.shape)
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  if (reachesOutside(backend, indices, x.shape[axis]!)) return null
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  const places = backend.view(indices, { sizes: [count] })
  return backend.adopt(aten.INDEX_SELECT(backend.library, backend.view(x), axis, places), shape, x.dtype)
}

/** Rows of `updates` added up at the places that a last axis of one index names; the sums are formed in a fixed order. */
const scatterNd: TorchKernel = (call) => {
  const { inputs, backend } = call
  const { indices, updates } = inputs as { indices: TensorInfo; updates: TensorInfo }
  const { shape } = attrsOf<{ shape: number[] }>(call)
  if (indices.dtype !== 'int32' || indices.shape.at(-1) !== 1 || updates.dtype !== 'float32' || sizeOf(updates.shape) === 0)
    return null
  if (reachesOutside(backend, indices, shape[0]!)) return null
  const { library, tensors } = backend
  const count = sizeOf(indices.shape)
  const zeros = tensors.filled(shape, 'float32', 0)
  const places = tensors.converted(backend.view(indices, { sizes: [count] }), 'int64')
  const rows = backend.view(updates, { sizes: [count, ...shape.slice(1)] })
  return backend.adopt(aten.INDEX_PUT(library, zeros, [places], rows, true), shape)
}

export const INDEXING_KERNELS: KernelTable = { GatherV2: gather, ScatterNd: scatterNd }
