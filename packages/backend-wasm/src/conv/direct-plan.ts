import type { Phase, Plan } from '../launch'
import { type ConvGeometry, type Size3, voxels } from './geometry'
import { statisticsPhase } from './statistics-phase'

export interface DirectForwardPointers {
  /** What is read: x, or dy for the gradient of the input. */
  readonly source: number
  readonly filter: number
  /** float32[channels of the result], or 0 for none. */
  readonly bias: number
  readonly result: number
  readonly mean?: number
  readonly variance?: number
}

/** Rows of the kernels' scratch where results are made that cannot be stored from registers; the kernel has the same number. */
const PART = 64
/** Tasks of a launch, about. Enough for any thread count, few enough for the statistics' slots. */
const TASKS = 128
/** Rows shorter than this are laid several at a time where they can be. */
const SHORT_ROW = 64
/** Rows whose voxels overlap in the source cost a copy when they are laid together. */
const VERY_SHORT_ROW = 20
const FEW_BLOCKS = 16
const MAX_CHUNKS = 32
const CHUNK_BYTES = 32 << 20

const align = (bytes: number, to = 64): number => Math.ceil(bytes / to) * to
const panels = (channels: number): number => (channels >> 4) + ((channels >> 3) & 1) + ((channels >> 2) & 1)

/** One product: a class of positions of the result. See directForward in assembly/direct.ts. */
interface Product {
  readonly taps: Size3
  /** The filter's tap of the first laid position, and the distance to the next. */
  readonly first: Size3
  readonly step: number
  readonly stride: number
  readonly offset: Size3
  readonly out: Size3
  /** Result voxels between two outputs, and the first. */
  readonly apart: number
  readonly shift: Size3
}

interface Side {
  readonly batch: number
  readonly source: Size3
  readonly channels: number
  readonly result: Size3
  readonly resultChannels: number
  readonly kernel: Size3
  /** Parts of the outputs that lie side by side along z: the stride, where kernel = stride, or 1. */
  readonly parts: number
  /** Of the filter, in elements. */
  readonly channelStride: number
  readonly outputStride: number
  readonly products: readonly Product[]
}

/** The convolution by rows, any kernel, stride, padding and channels. */
export function planDirectForward(geometry: ConvGeometry, options: { statistics: boolean }): Plan<DirectForwardPointers> {
  const g = joinRows(geometry)
  const { kernel, stride, padding } = g
  return planProducts(
    {
      batch: g.batch,
      source: g.input,
      channels: g.inputChannels,
      result: g.output,
      resultChannels: g.outputChannels,
      kernel,
      parts: 1,
      channelStride: g.outputChannels,
      outputStride: 1,
      products: [
        {
          taps: kernel,
          first: [0, 0, 0],
          step: 1,
          stride,
          offset: [-padding, -padding, -padding],
          out: g.output,
          apart: 1,
          shift: [0, 0, 0],
        },
      ],
    },
    options,
  )
}

/** The gradient of the input (also: the transposed convolution): a product for every class of positions modulo the stride. */
export function planDirectGradInput(geometry: ConvGeometry, options: { statistics: boolean }): Plan<DirectForwardPointers> {
  const g = joinRows(geometry)
  const { kernel, stride, padding } = g
  const [kx, ky, kz] = kernel
  const joined = padding === 0 && kz === stride && g.input[2] === g.output[2] * stride && stride > 1
  const axis = (size: number, kernelSize: number) =>
    Array.from({ length: Math.min(stride, size) }, (_, shift) => {
      const remainder = (shift + padding) % stride
      const taps = Math.max(0, Math.ceil((kernelSize - remainder) / stride))
      return {
        taps,
        first: remainder + stride * (taps - 1),
        offset: Math.floor((shift + padding) / stride) - (taps - 1),
        out: Math.ceil((size - shift) / stride),
        shift,
      }
    })
  const alongZ = joined ? [{ taps: 1, first: 0, offset: 0, out: g.output[2], shift: 0 }] : axis(g.input[2], kz)
  const products = axis(g.input[0], kx).flatMap((x) =>
    axis(g.input[1], ky).flatMap((y) =>
      alongZ.map(
        (z): Product => ({
          taps: [x.taps, y.taps, z.taps],
          first: [x.first, y.first, z.first],
          step: -stride,
          stride: 1,
          offset: [x.offset, y.offset, z.offset],
          out: [x.out, y.out, z.out],
          apart: stride,
          shift: [x.shift, y.shift, z.shift],
        }),
      ),
    ),
  )
  return planProducts(
    {
      batch: g.batch,
      source: g.output,
      channels: g.outputChannels,
      result: g.input,
      resultChannels: g.inputChannels,
      kernel,
      parts: joined ? stride : 1,
      channelStride: 1,
      outputStride: g.outputChannels,
      products,
    },
    options,
  )
}

function planProducts(side: Side, { statistics }: { statistics: boolean }): Plan<DirectForwardPointers> {
  const outputs = side.resultChannels * side.parts
  const padded = align(outputs, 4)
  let filterBytes = 0
  let slotCount = 0
  let scratchBytesPerThread = 0
  const parts = side.products.map((product) => {
    const { taps, stride, out } = product
    const [, , outZ] = out
    const rows = side.batch * out[0] * out[1]
    // Rows can be laid one after another when none reads over its end, and the results follow each other only where every voxel is an output.
    const stack = taps[2] <= stride && product.apart === 1 && outZ < SHORT_ROW ? Math.min(rows, Math.ceil(SHORT_ROW / outZ)) : 1
    const blockRows = Math.ceil(rows / TASKS / stack) * stack
    const blocks = Math.ceil(rows / blockRows)
    const groupSize =
      blocks >= FEW_BLOCKS ? align(outputs, 16) : Math.max(16, align(Math.ceil((outputs * blocks) / FEW_BLOCKS), 16))
    const groups = Math.ceil(outputs / groupSize)
    const pitch = taps[0] * taps[1] * side.channels * 4
    const own = align(Math.min(groupSize, padded) * 20) + align(PART * Math.min(groupSize, padded) * 4)
    const line = stack * outZ * stride + taps[2] + 8 * (stride + taps[2])
    scratchBytesPerThread = Math.max(scratchBytesPerThread, own + line * pitch + 256)
    const packedAt = filterBytes
    filterBytes += align(voxels(taps) * side.channels * padded * 4) + align(padded * 4)
    const slotsAt = slotCount * outputs * 24
    slotCount += blocks
    return { ...product, rows, stack, blockRows, blocks, groupSize, groups, packedAt, slotsAt }
  })
  return {
    workspaceBytes: filterBytes + (statistics ? slotCount * outputs * 24 : 0),
    scratchBytesPerThread,
    launch({ source, filter, bias, result, mean = 0, variance = 0, workspace }) {
      const slots = workspace + filterBytes
      const packing: Phase[] = []
      const work: Phase[] = []
      const voxelBytes = side.resultChannels * 4
      for (const p of parts) {
        const packed = workspace + p.packedAt
        const start = packed + align(voxels(p.taps) * side.channels * padded * 4)
        packing.push({
          fn: 'directPack',
          args: [
            ...[filter, packed, bias, start, ...p.taps, ...p.first, p.step, side.kernel[1], side.kernel[2]],
            ...[side.channels, outputs, side.resultChannels, side.channelStride, side.outputStride],
          ],
          tasks: panels(padded),
        })
        work.push({
          fn: 'directForward',
          args: [
            ...[source, packed, start, result, statistics ? slots + p.slotsAt : 0, ...side.source, side.channels],
            ...[...p.taps, p.stride, ...p.offset, ...p.out],
            ...[side.result[0], side.result[1], p.apart, p.shift[0], p.shift[1]],
            ...[side.result[2] * voxelBytes, p.apart * voxelBytes, p.shift[2] * voxelBytes],
            ...[outputs, p.rows, p.blockRows, p.stack, p.groupSize],
          ],
          tasks: p.blocks * p.groups,
        })
      }
      const phases = [...packing, ...work]
      // Side-by-side parts of a slot are slots of their own to the merge.
      if (statistics) phases.push(statisticsPhase(slots, slotCount * side.parts, side.resultChannels, mean, variance))
      return { phases, scratchBytesPerThread }
    },
  }
}

/** The gradient of the filter by rows. */
export function planDirectGradFilter(geometry: ConvGeometry): Plan<{ x: number; dy: number; filter: number }> {
  const g = joinRows(geometry)
  const { batch, input, output, inputChannels: channels, outputChannels: outputs, kernel, stride, padding } = g
  const [, , outZ] = output
  const rows = batch * output[0] * output[1]
  const overlap = kernel[2] > stride
  const stack = outZ < (overlap ? VERY_SHORT_ROW : SHORT_ROW) ? Math.min(rows, Math.ceil(SHORT_ROW / outZ)) : 1
  const sumBytes = align(voxels(kernel) * channels, 8) * align(outputs, 4) * 4
  const wanted = Math.max(1, Math.min(MAX_CHUNKS, Math.ceil(rows / stack), Math.floor(CHUNK_BYTES / sumBytes)))
  const chunkRows = Math.ceil(rows / wanted / stack) * stack
  const chunks = Math.ceil(rows / chunkRows)
  const pitch = kernel[0] * kernel[1] * channels * 4
  const line = (overlap ? outZ : stack * outZ) * stride + kernel[2] + 8
  const scratchBytesPerThread = (line + (overlap && stack > 1 ? stack * outZ * kernel[2] : 0)) * pitch + 256
  return {
    workspaceBytes: chunks * sumBytes + 64,
    scratchBytesPerThread,
    launch({ x, dy, filter, workspace }) {
      return {
        phases: [
          {
            fn: 'directGradFilter',
            args: [x, dy, workspace, ...input, channels, ...kernel, stride, padding, ...output, outputs, rows, chunkRows, stack],
            tasks: chunks,
          },
          { fn: 'directGradFilterEnd', args: [workspace, filter, chunks, ...kernel, channels, outputs], tasks: voxels(kernel) },
        ],
        scratchBytesPerThread,
      }
    },
  }
}

/** A 1x1x1 convolution knows no neighbours: planes become rows. */
function joinRows(g: ConvGeometry): ConvGeometry {
  if (voxels(g.kernel) !== 1 || g.stride !== 1 || g.padding !== 0) return g
  const [x, y, z] = g.input
  return { ...g, batch: g.batch * x, input: [1, 1, y * z], output: [1, 1, y * z] }
}
