import { backend_util, type DataType, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../wasm-backend'
import { expand, rowsPerTask, spreadOver } from './broadcast'
import { filled } from './fill'
import { type KernelTable, listed, sizeOf, type WasmKernel } from './kernel'

const PIECE = 65536
/** A run of bytes from which on it is worth sharing out by itself. */
const LONG_RUN = 262144

function bytesOf(dtype: DataType): number {
  return dtype === 'bool' ? 1 : 4
}

export function isCopyable(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(
    ({ dtype }) => dtype === tensors[0]!.dtype && (dtype === 'float32' || dtype === 'int32' || dtype === 'bool'),
  )
}

/** Copies `bytes` bytes from one address to another. */
export function copyBytes(backend: WasmBackend, from: number, to: number, bytes: number): void {
  const pieces = Math.floor(bytes / PIECE)
  if (pieces > 0)
    copyRows(backend, { from, to, bytes: PIECE, sizes: [1, 1, pieces], steps: [0, 0, PIECE], targetSteps: [0, 0, PIECE] })
  const rest = bytes - pieces * PIECE
  if (rest > 0) {
    const { heap } = backend.runtime
    heap.uint8(to + pieces * PIECE, rest).set(heap.uint8(from + pieces * PIECE, rest))
  }
}

interface Rows {
  readonly from: number
  readonly to: number
  /** Bytes of a row. */
  readonly bytes: number
  /** How many rows, along three axes. */
  readonly sizes: readonly number[]
  /** Bytes from row to row along each axis. */
  readonly steps: readonly number[]
  readonly targetSteps: readonly number[]
}

function copyRows(backend: WasmBackend, { from, to, bytes, sizes, steps, targetSteps }: Rows): void {
  const rows = sizeOf(sizes)
  const perTask = rowsPerTask(bytes)
  backend.run(
    'copyRows',
    [from, to, bytes, rows, sizes[1]!, sizes[2]!, ...steps, ...targetSteps, perTask],
    Math.ceil(rows / perTask),
  )
}

/**
 * Copies the box [size] between two tensors of bytes per value `unit`, at `begin` in one or the other.
 * @returns false if the box has more than three axes of rows
 */
function copyBox(
  backend: WasmBackend,
  unit: number,
  size: readonly number[],
  source: { address: number; shape: readonly number[]; begin?: readonly number[] },
  target: { address: number; shape: readonly number[]; begin?: readonly number[] },
): boolean {
  // Trailing axes that are whole on both sides make one run of bytes.
  let run = unit
  let axis = size.length - 1
  for (; axis >= 0; axis--) {
    run *= size[axis]!
    if (source.shape[axis] !== size[axis] || target.shape[axis] !== size[axis]) {
      axis--
      break
    }
  }
  const stepsOf = (shape: readonly number[]): number[] => {
    const steps: number[] = new Array(shape.length)
    for (let i = shape.length - 1, step = unit; i >= 0; step *= shape[i]!, i--) steps[i] = step
    return steps
  }
  const [sourceSteps, targetSteps] = [stepsOf(source.shape), stepsOf(target.shape)]
  const offset = (begin: readonly number[] | undefined, steps: number[]) =>
    (begin ?? []).reduce((sum, b, i) => sum + b * steps[i]!, 0)
  const from = source.address + offset(source.begin, sourceSteps)
  const to = target.address + offset(target.begin, targetSteps)
  // Axes of rows; one whose rows follow each other as the next outer axis would have it is one with that.
  const axes: { size: number; step: number; targetStep: number }[] = []
  for (let i = 0; i <= axis; i++) {
    const next = { size: size[i]!, step: sourceSteps[i]!, targetStep: targetSteps[i]! }
    const last = axes[axes.length - 1]
    if (next.size === 1) continue
    if (last && last.step === next.size * next.step && last.targetStep === next.size * next.targetStep) {
      axes[axes.length - 1] = { ...next, size: last.size * next.size }
    } else {
      axes.push(next)
    }
  }
  if (axes.length > 3) return false
  if (axes.length === 0) {
    copyBytes(backend, from, to, run)
    return true
  }
  if (axes.length === 1 && run >= LONG_RUN) {
    const { size: count, step, targetStep } = axes[0]!
    for (let k = 0; k < count; k++) copyBytes(backend, from + k * step, to + k * targetStep, run)
    return true
  }
  while (axes.length < 3) axes.unshift({ size: 1, step: 0, targetStep: 0 })
  copyRows(backend, {
    from,
    to,
    bytes: run,
    sizes: axes.map((a) => a.size),
    steps: axes.map((a) => a.step),
    targetSteps: axes.map((a) => a.targetStep),
  })
  return true
}

const slice: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  if (!isCopyable(x) || x.shape.length === 0) return null
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]) as [number[], number[]]
  const y = backend.allocate(size, x.dtype)
  if (sizeOf(size) === 0) return y
  const source = { address: backend.address(x), shape: x.shape, begin }
  if (copyBox(backend, bytesOf(x.dtype), size, source, { address: backend.address(y), shape: size })) return y
  backend.disposeData(y.dataId)
  return null
}

const pad: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const paddings = attrs.paddings as [number, number][]
  if (!isCopyable(x) || sizeOf(x.shape) === 0) return null
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1])
  const y = filled(backend, shape, attrs.constantValue as number, x.dtype)
  const target = { address: backend.address(y), shape, begin: paddings.map(([before]) => before) }
  if (copyBox(backend, bytesOf(x.dtype), x.shape, { address: backend.address(x), shape: x.shape }, target)) return y
  backend.disposeData(y.dataId)
  return null
}

function joined(backend: WasmBackend, parts: readonly TensorInfo[], axis: number): TensorInfo {
  const first = parts[0]!
  const shape = first.shape.slice()
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis]!, 0)
  const y = backend.allocate(shape, first.dtype)
  const unit = bytesOf(first.dtype)
  const outer = sizeOf(shape.slice(0, axis))
  const inner = sizeOf(shape.slice(axis + 1))
  let at = 0
  for (const part of parts) {
    // As [outer, axis * inner]: a box of two axes always goes.
    const width = part.shape[axis]! * inner
    const target = { address: backend.address(y), shape: [outer, shape[axis]! * inner], begin: [0, at] }
    copyBox(backend, unit, [outer, width], { address: backend.address(part), shape: [outer, width] }, target)
    at += width
  }
  return y
}

const concat: WasmKernel = ({ inputs, attrs, backend }) => {
  const parts = listed(inputs).filter((part) => sizeOf(part.shape) > 0)
  if (parts.length < 2 || !isCopyable(...parts)) return null
  return joined(backend, parts, util.parseAxisParam(attrs.axis as number, parts[0]!.shape)[0]!)
}

const pack: WasmKernel = ({ inputs, attrs, backend }) => {
  const parts = listed(inputs)
  const first = parts[0]!
  if (sizeOf(first.shape) === 0 || !isCopyable(...parts)) return null
  if (!parts.every(({ shape }) => util.arraysEqual(shape, first.shape))) return null
  const given = attrs.axis as number
  const axis = given < 0 ? given + first.shape.length + 1 : given
  const expanded = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)]
  return joined(
    backend,
    parts.map(({ dataId, dtype }) => ({ dataId, dtype, shape: expanded })),
    axis,
  )
}

/** Parts of x along one axis, of `widths` each; `shapeOf` gives a part's shape. */
function parted(
  backend: WasmBackend,
  x: TensorInfo,
  axis: number,
  widths: readonly number[],
  shapeOf: (width: number) => number[],
): TensorInfo[] {
  const outer = sizeOf(x.shape.slice(0, axis))
  const inner = sizeOf(x.shape.slice(axis + 1))
  const shape = [outer, x.shape[axis]! * inner]
  let at = 0
  return widths.map((width) => {
    const y = backend.allocate(shapeOf(width), x.dtype)
    const size = [outer, width * inner]
    const source = { address: backend.address(x), shape, begin: [0, at] }
    if (sizeOf(size) > 0) copyBox(backend, bytesOf(x.dtype), size, source, { address: backend.address(y), shape: size })
    at += width * inner
    return y
  })
}

const unpack: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.value!
  if (!isCopyable(x) || sizeOf(x.shape) === 0) return null
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  const shape = x.shape.filter((_, i) => i !== axis)
  return parted(backend, x, axis, new Array<number>(x.shape[axis]!).fill(1), () => shape)
}

const split: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  if (!isCopyable(x) || sizeOf(x.shape) === 0) return null
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  const widths = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits as number | number[], axis)
  return parted(backend, x, axis, widths, (width) => x.shape.map((size, i) => (i === axis ? width : size)))
}

const tile: WasmKernel = ({ inputs, attrs, backend }) => {
  const x = inputs.x!
  const reps = attrs.reps as number[]
  if (x.dtype === 'bool' || !isCopyable(x) || sizeOf(x.shape) === 0) return null
  if (reps.length !== x.shape.length || reps.some((times, axis) => times !== 1 && x.shape[axis] !== 1)) return null
  const shape = x.shape.map((size, axis) => size * reps[axis]!)
  const spread = sizeOf(shape) > 0 ? spreadOver(shape, x.shape) : null
  return spread && expand(backend, x, shape, spread)
}

/** Gathering more slices than this one by one is left to the cpu kernel. */
const MOST_SLICES = 4096

const gather: WasmKernel = ({ inputs, attrs, backend }) => {
  const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo }
  if (!isCopyable(x) || indices.dtype !== 'int32' || attrs.batchDims) return null
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  const outer = sizeOf(x.shape.slice(0, axis))
  const inner = sizeOf(x.shape.slice(axis + 1))
  const size = x.shape[axis]!
  const wanted = Array.from(backend.values(indices) as Int32Array)
  if (outer * wanted.length > MOST_SLICES || inner === 0 || wanted.some((i) => i < 0 || i >= size)) return null
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  const y = backend.allocate(shape, x.dtype)
  const bytes = inner * bytesOf(x.dtype)
  for (let o = 0, to = backend.address(y); o < outer; o++) {
    for (const i of wanted) {
      copyBytes(backend, backend.address(x) + (o * size + i) * bytes, to, bytes)
      to += bytes
    }
  }
  return y
}

export const COPY_KERNELS: KernelTable = {
  Slice: slice,
  PadV2: pad,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Tile: tile,
  GatherV2: gather,
}
