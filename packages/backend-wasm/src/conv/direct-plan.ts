import type { Phase, Plan } from '../launch'
import { type ConvGeometry, voxels } from './geometry'
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

/** How the rows of a product are dealt out: blocks of rows, and groups of outputs where there are few blocks. */
function deal(rows: number, outputs: number, stack: number) {
  const blockRows = Math.ceil(rows / TASKS / stack) * stack
  const blocks = Math.ceil(rows / blockRows)
  const groupSize =
    blocks >= FEW_BLOCKS ? align(outputs, 16) : Math.max(16, align(Math.ceil((outputs * blocks) / FEW_BLOCKS), 16))
  return { blockRows, blocks, groupSize, groups: Math.ceil(outputs / groupSize) }
}

/** Scratch of directForward: `positions` along z of lines with `across` numbers a position, and results that are made in scratch. */
function forwardScratch(outputs: number, groupSize: number, positions: number, across: number): number {
  const channels = Math.min(groupSize, align(outputs, 4))
  return align(channels * 20) + align(PART * channels * 4) + positions * across * 4 + 256
}

/** The convolution by rows, any kernel, stride, padding and channels. */
export function planDirectForward(geometry: ConvGeometry, { statistics }: { statistics: boolean }): Plan<DirectForwardPointers> {
  const g = joinRows(geometry)
  const { kernel, stride, padding, inputChannels: channels, outputChannels: outputs } = g
  const [outX, outY, outZ] = g.output
  const rows = g.batch * outX * outY
  // Rows can be laid one after another where none reads over its end.
  const stack = kernel[2] <= stride && outZ < SHORT_ROW ? Math.min(rows, Math.ceil(SHORT_ROW / outZ)) : 1
  const { blockRows, blocks, groupSize, groups } = deal(rows, outputs, stack)
  const packedBytes = align(voxels(kernel) * channels * align(outputs, 4) * 4)
  const filterBytes = packedBytes + align(align(outputs, 4) * 4)
  const positions = stack * outZ * stride + kernel[2] + 8 * (stride + kernel[2])
  const scratchBytesPerThread = forwardScratch(outputs, groupSize, positions, kernel[0] * kernel[1] * channels)
  return {
    workspaceBytes: filterBytes + (statistics ? blocks * outputs * 24 : 0),
    scratchBytesPerThread,
    launch({ source, filter, bias, result, mean = 0, variance = 0, workspace }) {
      const start = workspace + packedBytes
      const slots = statistics ? workspace + filterBytes : 0
      const phases: Phase[] = [
        {
          fn: 'directPack',
          args: [
            ...[filter, workspace, bias, start, ...kernel, 0, 0, 0, 1, kernel[1], kernel[2]],
            ...[channels, outputs, outputs, outputs, 1],
          ],
          tasks: panels(align(outputs, 4)),
        },
        {
          fn: 'directForward',
          args: [
            ...[source, workspace, start, result, slots, ...g.input, channels],
            ...[...kernel, stride, stride, -padding, -padding, -padding, ...g.output],
            ...[outX, outY, 1, 0, 0, outZ * outputs * 4, outputs * 4, 0],
            ...[outputs, rows, blockRows, stack, groupSize],
          ],
          tasks: blocks * groups,
          multiplyAdds: multiplyAdds(g),
        },
      ]
      if (statistics) phases.push(statisticsPhase(slots, blocks, outputs, mean, variance))
      return { phases, scratchBytesPerThread }
    },
  }
}

/** The gradient of the input (also: the transposed convolution): a product for every class of positions modulo the stride. */
export function planDirectGradInput(
  geometry: ConvGeometry,
  { statistics }: { statistics: boolean },
): Plan<DirectForwardPointers> {
  const g = joinRows(geometry)
  const { kernel, stride, padding, inputChannels, outputChannels: channels } = g
  const parts = neighbourParts(g)
  const outputs = inputChannels * parts
  const [classesX, classesY, classesZ] = g.input.map((size) => Math.min(stride, size)) as [number, number, number]
  const classShape = [classesX, classesY, parts > 1 ? 1 : classesZ] as const
  const classes = voxels(classShape)
  const rows = g.batch * Math.ceil(g.input[0] / stride) * Math.ceil(g.input[1] / stride)
  const { blockRows, blocks, groupSize, groups } = deal(rows, outputs, 1)
  const spanZ = parts > 1 ? Math.floor((parts - 1 + padding) / stride) - Math.ceil((padding - kernel[2] + 1) / stride) + 1 : 0
  const taps = [Math.ceil(kernel[0] / stride), Math.ceil(kernel[1] / stride), spanZ || Math.ceil(kernel[2] / stride)] as const
  const packedBytes = align(voxels(taps) * channels * align(outputs, 4) * 4)
  const classBytes = packedBytes + align(align(outputs, 4) * 4)
  const positions = Math.ceil(g.input[2] / stride) + taps[2] + 8 * (Math.max(1, parts / stride) + taps[2])
  const scratchBytesPerThread = forwardScratch(outputs, groupSize, positions, taps[0] * taps[1] * channels)
  return {
    workspaceBytes: classes * (classBytes + (statistics ? blocks * outputs * 24 : 0)),
    scratchBytesPerThread,
    launch({ source, filter, bias, result, mean = 0, variance = 0, workspace }) {
      const slots = statistics ? workspace + classes * classBytes : 0
      const side = [...kernel, stride, padding, parts, ...classShape]
      const phases: Phase[] = [
        {
          fn: 'directPackClasses',
          args: [filter, workspace, bias, classBytes, packedBytes, ...side, channels, inputChannels],
          tasks: classes * panels(align(outputs, 4)),
        },
        {
          fn: 'directGradInput',
          args: [
            ...[source, workspace, classBytes, packedBytes, result, slots, g.batch, ...g.output, channels, ...side],
            ...[...g.input, inputChannels, blocks, blockRows, groupSize],
          ],
          tasks: classes * blocks * groups,
          multiplyAdds: multiplyAdds(g),
        },
      ]
      // Side-by-side parts of a slot are slots of their own to the merge.
      if (statistics) phases.push(statisticsPhase(slots, classes * blocks * parts, inputChannels, mean, variance))
      return { phases, scratchBytesPerThread }
    },
  }
}

/** Of a pass: every output takes every tap of every input channel; those on padding count, since they are computed. */
function multiplyAdds({ batch, output, kernel, inputChannels, outputChannels }: ConvGeometry): number {
  return batch * voxels(output) * voxels(kernel) * inputChannels * outputChannels
}

/** How many neighbours along z of the input's gradient are made as one output; see directGradInput in assembly/direct.ts. */
function neighbourParts({ kernel, stride, padding, input, inputChannels }: ConvGeometry): number {
  if (stride > 1 && kernel[2] === stride && padding === 0 && input[2] % stride === 0) return stride
  if (inputChannels > 2) return 1
  const toFillVectors = 4 / inputChannels
  const parts = toFillVectors % stride === 0 ? toFillVectors : toFillVectors * stride
  return kernel[2] > stride && input[2] % parts === 0 ? parts : 1
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
            multiplyAdds: multiplyAdds(g),
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
