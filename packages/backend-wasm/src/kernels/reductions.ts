import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { isFloat, type KernelTable, sizeOf, type WasmKernel } from './kernel'
import { chunkOf, lanesOf } from './lines'
import { transposed } from './transpose'

/** Rows of one task of the row kernels, columns of one of the column kernel, and the row length from which on a row is cut. */
const ROW_BLOCK = 4096
const COLUMN_BLOCK = 2048
const LONG_ROW = 16384
/** Inner sizes from which on columns, not parts of them, are shared out. */
const WIDE = 4096
const EXTREME_CHUNK = 65536

/** A tensor read as [outer, reduce, inner], with the result's shape. */
interface Reduction {
  readonly outer: number
  readonly reduce: number
  readonly inner: number
  readonly shape: number[]
}

/** `null` if the reduced axes do not lie together, or there is nothing to reduce. */
function reductionOf(shape: readonly number[], axis: number | number[], keepDims: boolean): Reduction | null {
  const axes = new Set(util.parseAxisParam(axis, shape as number[]))
  let outer = 1
  let reduce = 1
  let inner = 1
  for (const [i, size] of shape.entries()) {
    if (size === 1) continue
    if (axes.has(i)) {
      if (inner > 1) return null
      reduce *= size
    } else if (reduce > 1) inner *= size
    else outer *= size
  }
  if (outer * reduce * inner === 0) return null
  const result = keepDims ? shape.map((size, i) => (axes.has(i) ? 1 : size)) : shape.filter((_, i) => !axes.has(i))
  return { outer, reduce, inner, shape: result }
}

/** y [outer, inner] = scale * sum over the middle axis of x [outer, reduce, inner], both addresses. */
export function sumMiddle(
  backend: WasmBackend,
  x: number,
  y: number,
  { outer, reduce, inner }: Omit<Reduction, 'shape'>,
  scale: number,
): void {
  if (inner === 1 && (reduce < 256 || (outer > 64 && reduce < LONG_ROW))) {
    backend.run('sumRows', [x, y, outer, reduce, scale], Math.ceil(outer / ROW_BLOCK))
    return
  }
  if (inner >= WIDE) {
    backend.run('sumColumns', [x, y, reduce, inner, scale], outer * Math.ceil(inner / COLUMN_BLOCK))
    return
  }
  const lanes = lanesOf(inner)
  const chunkRows = chunkOf(lanes) / inner
  const chunks = Math.ceil(reduce / chunkRows)
  const { heap } = backend.runtime
  const partials = heap.allocate(outer * chunks * lanes * 8, 'partial sums')
  backend.run('sumPartials', [x, partials, reduce, inner, lanes, chunks, chunkRows], outer * chunks)
  backend.run('sumFinish', [partials, y, inner, lanes, chunks, scale], outer)
  heap.release(partials)
}

function sum(isMean: boolean): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const x = inputs.x!
    if (!isFloat(x)) return null
    const reduction = reductionOf(x.shape, attrs.axis as number | number[], attrs.keepDims as boolean)
    if (!reduction) return null
    const y = backend.allocate(reduction.shape)
    sumMiddle(backend, backend.address(x), backend.address(y), reduction, isMean ? 1 / reduction.reduce : 1)
    return y
  }
}

function extreme(sign: 1 | -1, axisName: string): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const x = inputs.x!
    if (!isFloat(x)) return null
    const reduction = reductionOf(x.shape, attrs[axisName] as number | number[], attrs.keepDims as boolean)
    if (reduction?.inner !== 1) return null
    const { outer, reduce, shape } = reduction
    const y = backend.allocate(shape)
    const [from, to] = [backend.address(x), backend.address(y)]
    if (outer === 1) {
      const chunks = Math.ceil(reduce / EXTREME_CHUNK)
      const { heap } = backend.runtime
      const partials = heap.allocate(chunks * 4, 'partial extremes')
      backend.run('extremeChunks', [from, partials, reduce, EXTREME_CHUNK, sign], chunks)
      backend.run('extremeChunks', [partials, to, chunks, chunks, sign], 1)
      heap.release(partials)
    } else {
      backend.run('extremeRows', [from, to, outer, reduce, sign], Math.ceil(outer / ROW_BLOCK))
    }
    return y
  }
}

function argExtreme(sign: 1 | -1): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const x = inputs.x!
    if (!isFloat(x)) return null
    const reduction = reductionOf(x.shape, attrs.axis as number, false)
    if (!reduction) return null
    const { outer, reduce, inner, shape } = reduction
    const rows = inner === 1 ? x : transposed(backend, { ...x, shape: [outer, reduce, inner] }, [0, 2, 1])!
    const y = backend.allocate(shape, 'int32')
    const args = [backend.address(rows), backend.address(y), outer * inner, reduce, sign]
    backend.run('argRows', args, Math.ceil((outer * inner) / ROW_BLOCK))
    if (rows !== x) backend.disposeData(rows.dataId)
    return y
  }
}

const biasGrad: WasmKernel = ({ inputs, backend }) => {
  const dy = inputs.dy as TensorInfo
  const channels = dy.shape[dy.shape.length - 1]!
  const dbias = backend.allocate([channels])
  const reduce = sizeOf(dy.shape) / channels
  sumMiddle(backend, backend.address(dy), backend.address(dbias), { outer: 1, reduce, inner: channels }, 1)
  return dbias
}

export const REDUCTION_KERNELS: KernelTable = {
  Sum: sum(false),
  Mean: sum(true),
  Max: extreme(1, 'reductionIndices'),
  Min: extreme(-1, 'axis'),
  ArgMax: argExtreme(1),
  ArgMin: argExtreme(-1),
  DualSegBiasGrad: biasGrad,
}
