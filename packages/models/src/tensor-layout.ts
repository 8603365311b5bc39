import { dualsegError, found } from '@dualseg/kernels'
import type { BufferKind, ParameterKind } from './network'

/**
 * PyTorch keeps the channel axes of a filter first, TensorFlow.js last:
 *
 * - convolution: `(out, in, x, y, z)` and `[x, y, z, in, out]`
 * - transposed convolution: `(in, out, x, y, z)` and `[x, y, z, out, in]`
 * - linear: `(out, in)` and `[in, out]`
 *
 * In each of them the two channel axes swap and go last, so one permutation serves all; vectors stay as they are.
 */
export function engineShape(torchShape: readonly number[]): number[] {
  checkShape('engineShape', torchShape)
  if (torchShape.length < 2) return [...torchShape]
  const [first, second, ...spatial] = torchShape as [number, number, ...number[]]
  return [...spatial, second, first]
}

/** Values of a tensor from PyTorch's layout to the engine's; always a copy. */
export function toEngineLayout(data: Float32Array, torchShape: readonly number[]): Float32Array {
  checkValues('toEngineLayout', data, torchShape)
  return swapChannels(data, torchShape, true)
}

/** Values of a tensor (or of its gradient) from the engine's layout to PyTorch's; always a copy. */
export function toTorchLayout(data: Float32Array, torchShape: readonly number[]): Float32Array {
  checkValues('toTorchLayout', data, torchShape)
  return swapChannels(data, torchShape, false)
}

function checkShape(where: string, torchShape: readonly number[]): void {
  if (Array.isArray(torchShape) && torchShape.every((n) => Number.isInteger(n) && n >= 0)) return
  const came = Array.isArray(torchShape) ? `[${torchShape.map(found)}]` : found(torchShape)
  throw dualsegError('DUALSEG_SHAPE', `${where}: torchShape is ${came}, expected whole numbers from 0`)
}

function checkValues(where: string, data: Float32Array, torchShape: readonly number[]): void {
  checkShape(where, torchShape)
  if (!(data instanceof Float32Array)) {
    throw dualsegError('DUALSEG_VALUE', `${where}: data is ${found(data)}, expected a Float32Array`)
  }
  const size = torchShape.reduce((product, n) => product * n, 1)
  if (data.length === size) return
  throw dualsegError('DUALSEG_SHAPE', `${where}: data holds ${data.length} values, torchShape [${torchShape}] makes ${size}`)
}

function swapChannels(data: Float32Array, torchShape: readonly number[], toEngine: boolean): Float32Array {
  if (torchShape.length < 2) return data.slice()
  const [first, second, ...spatial] = torchShape as [number, number, ...number[]]
  const voxels = spatial.reduce((product, n) => product * n, 1)
  const result = new Float32Array(data.length)
  // In this order the engine's side is contiguous and PyTorch's stays in the first-level cache while v runs.
  for (let b = 0; b < second; b++) {
    for (let v = 0; v < voxels; v++) {
      let engine = (v * second + b) * first
      let torch = b * voxels + v
      for (let a = 0; a < first; a++, engine++, torch += second * voxels) {
        if (toEngine) result[engine] = data[torch]!
        else result[torch] = data[engine]!
      }
    }
  }
  return result
}

/**
 * Number of inputs that PyTorch's initialisers count for a weight: the product of all dimensions but the first.
 * For a transposed convolution, whose first dimension is the input, that is `out * 8` and not `in * 8`; trained
 * networks of this field all started from that, so it is kept.
 */
export function fanIn(torchShape: readonly number[]): number {
  return torchShape.slice(1).reduce((product, n) => product * n, 1)
}

/** Number of outputs that PyTorch's initialisers count for a weight: the product of all dimensions but the second. */
export function fanOut(torchShape: readonly number[]): number {
  return torchShape.reduce((product, n, axis) => (axis === 1 ? product : product * n), 1)
}

/** Whether a kind is a running statistic. */
export function isBufferKind(kind: ParameterKind | BufferKind): kind is BufferKind {
  return kind === 'bnMean' || kind === 'bnVar'
}
