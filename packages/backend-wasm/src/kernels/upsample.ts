import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { type KernelTable, sizeOf, type WasmKernel } from './kernel'

/** A linear map from n positions to m: for each of the m, which of the n with which weight. */
type Weights = ReadonlyArray<ReadonlyArray<{ readonly index: number; readonly weight: number }>>

/** Linear interpolation from n to `factor` n positions; the conventions are those of `upsampleTrilinear3d`. */
function trilinearWeights(n: number, alignCorners: boolean, factor: number): Weights {
  return Array.from({ length: factor * n }, (_, i) => {
    const position = alignCorners ? (i * (n - 1)) / (factor * n - 1) : Math.max(0, (i + 0.5) / factor - 0.5)
    const low = Math.min(Math.floor(position), n - 1)
    const fraction = position - low
    if (fraction === 0 || low === n - 1) return [{ index: low, weight: 1 }]
    return [
      { index: low, weight: 1 - fraction },
      { index: low + 1, weight: fraction },
    ]
  })
}

function nearestWeights(n: number): Weights {
  return Array.from({ length: 2 * n }, (_, i) => [{ index: i >> 1, weight: 1 }])
}

function transposed(weights: Weights, n: number): Weights {
  const columns: { index: number; weight: number }[][] = Array.from({ length: n }, () => [])
  for (const [row, entries] of weights.entries())
    for (const { index, weight } of entries) columns[index]!.push({ index: row, weight })
  return columns
}

/** y = weights along one axis of x [outer, sizeX, inner], both addresses. */
function resample(
  backend: WasmBackend,
  x: number,
  y: number,
  [outer, sizeX, inner]: [number, number, number],
  weights: Weights,
): void {
  const { heap } = backend.runtime
  const count = weights.reduce((sum, entries) => sum + entries.length, 0)
  const address = heap.allocate((weights.length + 1 + 2 * count) * 4, 'interpolation weights')
  const [starts, indices, factors] = [address, address + (weights.length + 1) * 4, address + (weights.length + 1 + count) * 4]
  const words = heap.int32(address, weights.length + 1 + count)
  const floats = heap.float32(factors, count)
  let at = 0
  for (const [row, entries] of weights.entries()) {
    words[row] = at
    for (const { index, weight } of entries) {
      words[weights.length + 1 + at] = index
      floats[at++] = weight
    }
  }
  words[weights.length] = at
  backend.run('resampleAxis', [x, y, starts, indices, factors, sizeX, weights.length, inner], outer * weights.length)
  heap.release(address)
}

/** Maps the three spatial axes one after another, the one that moves fewest values first. */
function resample3d(
  backend: WasmBackend,
  x: TensorInfo,
  isGradient: boolean,
  weightsOf: (n: number) => Weights,
  factor = 2,
): TensorInfo {
  const { heap } = backend.runtime
  const shape = x.shape.slice()
  // Growing along the last axis first and shrinking along the first axis first keeps the intermediate maps small.
  const axes = isGradient ? [1, 2, 3] : [3, 2, 1]
  const target = shape.map((size, axis) => (axes.includes(axis) ? (isGradient ? size / factor : factor * size) : size))
  const result = backend.allocate(target)
  let from = backend.address(x)
  let isOwn = false
  for (const [step, axis] of axes.entries()) {
    const small = isGradient ? shape[axis]! / factor : shape[axis]!
    const weights = isGradient ? transposed(weightsOf(small), small) : weightsOf(small)
    const sizes: [number, number, number] = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))]
    shape[axis] = weights.length
    const isLast = step === axes.length - 1
    const to = isLast ? backend.address(result) : heap.allocate(sizeOf(shape) * 4, 'an interpolated axis')
    resample(backend, from, to, sizes, weights)
    if (isOwn) heap.release(from)
    from = to
    isOwn = true
  }
  return result
}

function trilinear(isGradient: boolean): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const { alignCorners, factor } = attrs as { alignCorners: boolean; factor: number }
    const x = isGradient ? inputs.dy! : inputs.x!
    return resample3d(backend, x, isGradient, (n) => trilinearWeights(n, alignCorners, factor), factor)
  }
}

export const UPSAMPLE_KERNELS: KernelTable = {
  DualSegUpsampleTrilinear: trilinear(false),
  DualSegUpsampleTrilinearGrad: trilinear(true),
  DualSegUpsampleNearest: ({ inputs, backend }) => resample3d(backend, inputs.x!, false, nearestWeights),
  DualSegUpsampleNearestGrad: ({ inputs, backend }) => resample3d(backend, inputs.dy!, true, nearestWeights),
}
