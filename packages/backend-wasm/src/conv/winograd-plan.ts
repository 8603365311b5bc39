import type { Phase, Plan } from '../launch'
import type { Size3 } from './geometry'
import { statisticsPhase } from './statistics-phase'

/** Output tile per axis; `222` is F(2,3) on all three, more accurate than direct summation; `444` is faster and less accurate. */
export type WinogradTile = '222' | '444'

/** A k3 s1 p1 convolution of tensors [batch, x, y, z, channels]; both channel counts are multiples of 4. */
export interface WinogradShape {
  readonly batch: number
  readonly size: Size3
  readonly inputChannels: number
  readonly outputChannels: number
  readonly tile: WinogradTile
}

export interface WinogradForwardPointers {
  readonly x: number
  readonly filter: number
  /** float32[outputChannels], or 0 for none. */
  readonly bias: number
  readonly y: number
  /** float32[outputChannels]; only read when the plan gathers statistics. */
  readonly mean?: number
  readonly variance?: number
}

/** Tiles of one block: enough rows for the products, few enough for both sides to stay in the second cache. */
const BLOCK_TILES = 24
/** Below this many blocks a launch is split over output channels as well. */
const FEW_BLOCKS = 16
/** With at most this many tiles all of them are one block, whose points are made once for all threads. */
const STAGED_TILES = 96
const STAGED_CHANNELS = 64
/** Sums of the filter's gradient: at most so many, and so many bytes together. */
const MAX_CHUNKS = 32
/** Fewer tiles than this are not worth a sum of their own, beyond a few sums for the threads. */
const CHUNK_TILES = 192
const MIN_CHUNKS = 4
/** Tiles that are summed in registers before they are added to what came before. */
const RUN_TILES = 128
const CHUNK_BYTES = 32 << 20
/** Bytes of the points of both tensors up to which the filter's gradient is done from all points at once. */
const STAGED_BYTES = 16 << 20

/** Scratch of the filter transforms; the kernels have the same numbers (assembly/filter-taps.ts). */
const DEPTH = 8
const TAP_STRIDE = DEPTH * 64 + 64
const TAPS_BYTES = 27 * TAP_STRIDE

const align = (bytes: number, to = 64): number => Math.ceil(bytes / to) * to

function layout({ batch, size, tile }: WinogradShape) {
  const [mx, my, mz] = [...tile].map(Number) as [number, number, number]
  const [x, y, z] = size
  const tilesZ = Math.ceil(z / mz)
  return {
    rows: batch * Math.ceil(x / mx) * Math.ceil(y / my),
    tilesZ,
    points: (mx + 2) * (my + 2) * (mz + 2),
    lines: (mx + 2) * (my + 2),
    lineVoxels: tilesZ * mz + 2,
  }
}

const panels = (channels: number): number => (channels >> 4) + ((channels >> 3) & 1) + ((channels >> 2) & 1)

function filterPhase(shape: WinogradShape, filter: number, transformed: number, flipped: boolean): Phase {
  const { inputChannels: k, outputChannels: n, tile } = shape
  const step = DEPTH
  return {
    fn: `winogradFilter${tile}`,
    args: [filter, transformed, k, n, flipped ? 1 : 0, step],
    tasks: panels(n) * Math.ceil(k / step),
  }
}

/**
 * The convolution, or with `flipped` the gradient of its input (then `inputChannels` are the channels of dy and the filter is still stored as [3, 3, 3, outputChannels, inputChannels]).
 *
 * @param options.statistics also writes mean and biased variance of every output channel
 */
export function planWinogradForward(
  shape: WinogradShape,
  options: { flipped: boolean; statistics: boolean },
): Plan<WinogradForwardPointers> {
  const { size, inputChannels: k, outputChannels: n, tile } = shape
  const [x, y, z] = size
  const { rows, tilesZ, points, lines, lineVoxels } = layout(shape)
  const staged = rows * tilesZ <= STAGED_TILES && k * n >= STAGED_CHANNELS ** 2 && n % 16 === 0
  const blocks = staged ? 1 : Math.ceil(rows / Math.max(1, Math.round(BLOCK_TILES / tilesZ)))
  const blockRows = Math.ceil(rows / blocks)
  const blockCount = Math.ceil(rows / blockRows)
  const groupSize = staged
    ? 16
    : blockCount >= FEW_BLOCKS
      ? n
      : Math.min(n, Math.max(16, Math.ceil((n * blockCount) / FEW_BLOCKS / 16) * 16))
  const groups = Math.ceil(n / groupSize)
  const tiles = align(blockRows * tilesZ, 8)
  const filterBytes = staged ? 0 : align(points * (k * n + 16) * 4)
  const inputBytes = staged ? align(points * (tiles * k * 4 + 64)) : 0
  const slotBytes = options.statistics ? align(blockCount * n * 24) : 0
  const tileIn = k * 4 + (k >= 64 ? 64 : 0)
  const tileOut = groupSize * 4 + (groupSize >= 64 ? 64 : 0)
  const scratchBytesPerThread =
    TAPS_BYTES +
    Math.max(z * k * 4, 64) +
    z * n * 4 +
    align(groupSize * 20) +
    lines * lineVoxels * (k + groupSize) * 4 +
    points * (tiles * tileOut + 64) +
    (staged ? points * (k * 64 + 64) + TAPS_BYTES : points * (tiles * tileIn + 64)) +
    256
  return {
    workspaceBytes: filterBytes + inputBytes + slotBytes,
    scratchBytesPerThread,
    launch({ x: input, filter, bias, y: output, mean = 0, variance = 0, workspace }) {
      const transformed = workspace
      const staging = transformed + filterBytes
      const slots = options.statistics ? staging + inputBytes : 0
      const flipped = options.flipped
      const first: Phase = staged
        ? { fn: `winogradPoints${tile}`, args: [input, staging, x, y, z, k, tiles, 0, 0], tasks: rows }
        : filterPhase(shape, filter, transformed, flipped)
      const phases: Phase[] = [
        first,
        {
          fn: `winogradForward${tile}`,
          args: [
            ...(staged ? [staging, filter] : [input, transformed]),
            ...[bias, output, slots, x, y, z, k, n, rows, blockRows, groupSize],
            ...(staged ? [1, flipped ? 2 : 1] : [0, 0]),
          ],
          tasks: blockCount * groups,
          multiplyAdds: points * rows * tilesZ * k * n,
        },
      ]
      if (options.statistics) phases.push(statisticsPhase(slots, blockCount, n, mean, variance))
      return { phases, scratchBytesPerThread }
    },
  }
}

/** The gradient of the filter, [3, 3, 3, inputChannels, outputChannels]. */
export function planWinogradGradFilter(shape: WinogradShape): Plan<{ x: number; dy: number; filter: number }> {
  const { size, inputChannels: k, outputChannels: n, tile } = shape
  const [x, y, z] = size
  const { rows, tilesZ, points, lines, lineVoxels } = layout(shape)
  const allTiles = align(rows * tilesZ, 8)
  const panelBytes = points * (allTiles * 64 + 64)
  const inputBytes = Math.ceil(k / 16) * panelBytes
  const stagedBytes = inputBytes + Math.ceil(n / 16) * panelBytes
  const sumBytes = points * (align(k, 8) * n + 16) * 4
  if (stagedBytes <= STAGED_BYTES && k * n >= STAGED_CHANNELS ** 2) {
    const scratchBytesPerThread =
      Math.max(z * Math.max(k, n) * 4 + lines * lineVoxels * Math.max(k, n) * 4, points * (16 * 16 * 4 + 64) + TAPS_BYTES) + 64
    return {
      workspaceBytes: stagedBytes,
      scratchBytesPerThread,
      launch({ x: input, dy, filter, workspace }) {
        const grad = workspace + inputBytes
        return {
          phases: [
            { fn: `winogradPoints${tile}`, args: [input, workspace, x, y, z, k, allTiles, 1, 0], tasks: rows },
            { fn: `winogradPoints${tile}`, args: [dy, grad, x, y, z, n, allTiles, 1, 1], tasks: rows },
            {
              fn: `winogradGradFilterPanels${tile}`,
              args: [workspace, grad, filter, k, n, rows * tilesZ, allTiles, RUN_TILES],
              tasks: panels(n) * Math.ceil(k / 16),
              multiplyAdds: points * rows * tilesZ * k * n,
            },
          ],
          scratchBytesPerThread,
        }
      },
    }
  }
  const blockRows = Math.min(rows, Math.max(1, Math.round(BLOCK_TILES / tilesZ)))
  const blocks = Math.ceil(rows / blockRows)
  const chunksWanted = Math.max(
    1,
    Math.min(
      MAX_CHUNKS,
      blocks,
      Math.floor(CHUNK_BYTES / sumBytes),
      Math.max(MIN_CHUNKS, Math.floor((rows * tilesZ) / CHUNK_TILES)),
    ),
  )
  const chunkRows = Math.ceil(blocks / chunksWanted) * blockRows
  const chunks = Math.ceil(rows / chunkRows)
  const tiles = blockRows * tilesZ
  const scratchBytesPerThread = Math.max(
    z * Math.max(k, n) * 4 + lines * lineVoxels * (k + n) * 4 + points * (tiles * (k + n) * 4 + tiles * 128 + 128) + 128,
    TAPS_BYTES + points * TAP_STRIDE,
  )
  return {
    workspaceBytes: align(chunks * sumBytes),
    scratchBytesPerThread,
    launch({ x: input, dy, filter, workspace }) {
      return {
        phases: [
          {
            fn: `winogradGradFilter${tile}`,
            args: [input, dy, workspace, x, y, z, k, n, rows, blockRows, chunkRows],
            tasks: chunks,
            multiplyAdds: points * rows * tilesZ * k * n,
          },
          {
            fn: `winogradGradFilterEnd${tile}`,
            args: [workspace, filter, k, n, chunks],
            tasks: panels(n) * Math.ceil(k / DEPTH),
          },
        ],
        scratchBytesPerThread,
      }
    },
  }
}
