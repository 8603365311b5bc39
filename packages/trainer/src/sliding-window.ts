import { dualsegError } from '@dualseg/kernels'
import { turn } from './turn'

type Triple = readonly [number, number, number]

/** Voxels in tensor order: z fastest. */
export interface ScanImage {
  readonly data: Float32Array
  readonly size: Triple
}

/**
 * Scores of some windows.
 *
 * @param windows [count, x, y, z] voxels of `count` windows, zero where a window hangs over the edge of the volume; read it before returning
 * @returns [count, x, y, z, channels] probabilities
 */
export type PredictWindows = (windows: Float32Array, count: number) => Promise<Float32Array> | Float32Array

export interface SlidingWindowOptions {
  readonly patch: Triple
  readonly stride: Triple
  /** Channels of the scores: one a class, or 1 (the foreground alone). */
  readonly channels: number
  /** `argmax`: the first of the best classes, so a tie is background. `threshold`: the last channel's score > 0.5. */
  readonly decide: 'argmax' | 'threshold'
  /** Windows handed over at once. @default 1 */
  readonly batch?: number
  /** Asked before every batch of windows; throws what it was aborted with. */
  readonly signal?: AbortSignal
}

export interface SlidingWindowResult {
  /** Score of the last class (the foreground of two), mean over the windows that saw the voxel. */
  readonly foreground: Float32Array
  /** Class of every voxel. */
  readonly label: Uint8Array
  readonly windows: number
}

/** Where the windows lie along one axis, in coordinates of the padded axis. */
export interface WindowStarts {
  readonly starts: readonly number[]
  readonly padLeft: number
  readonly padRight: number
}

/**
 * The references' rule for one axis: pad up to the patch (the smaller half on the left), step by the stride, last window flush with the end.
 */
export function windowStarts(dim: number, patch: number, stride: number): WindowStarts {
  const pad = Math.max(patch - dim, 0)
  const padLeft = Math.floor(pad / 2)
  const last = dim + pad - patch
  const count = Math.ceil(last / stride) + 1
  return { starts: Array.from({ length: count }, (_, i) => Math.min(stride * i, last)), padLeft, padRight: pad - padLeft }
}

/**
 * Scores a volume window by window and decides every voxel: the inference of all the compared methods.
 *
 * Scores are summed in float32 in the order of the windows (x slowest, z fastest), divided by how many windows saw the voxel, then decided.
 *
 * @throws DUALSEG_SHAPE if sizes do not fit or the prediction has not the size asked for
 */
export async function slidingWindow(
  image: ScanImage,
  predict: PredictWindows,
  options: SlidingWindowOptions,
): Promise<SlidingWindowResult> {
  const { patch, stride, channels, batch = 1 } = options
  const [nx, ny, nz] = image.size
  if (image.data.length !== nx * ny * nz) {
    throw dualsegError('DUALSEG_SHAPE', `slidingWindow: ${image.data.length} voxels do not fill size [${image.size}]`)
  }
  for (const [name, value] of Object.entries({ patch, stride })) {
    if (value.some((n) => !Number.isInteger(n) || n < 1)) {
      throw dualsegError('DUALSEG_SHAPE', `slidingWindow: ${name} [${value}] is not three positive integers`)
    }
  }
  const [x, y, z] = [0, 1, 2].map((axis) => windowStarts(image.size[axis]!, patch[axis]!, stride[axis]!)) as [
    WindowStarts,
    WindowStarts,
    WindowStarts,
  ]
  const corners: [number, number, number][] = []
  for (const sx of x.starts)
    for (const sy of y.starts) for (const sz of z.starts) corners.push([sx - x.padLeft, sy - y.padLeft, sz - z.padLeft])

  const voxels = patch[0] * patch[1] * patch[2]
  const sum = new Float32Array(image.data.length * channels)
  const seen = new Float32Array(image.data.length)
  for (let first = 0; first < corners.length; first += batch) {
    await turn()
    options.signal?.throwIfAborted()
    const together = corners.slice(first, first + batch)
    const windows = new Float32Array(together.length * voxels)
    for (const [i, corner] of together.entries()) cutOut(image, patch, corner, windows.subarray(i * voxels, (i + 1) * voxels))
    const scores = await predict(windows, together.length)
    if (scores.length !== together.length * voxels * channels) {
      throw dualsegError(
        'DUALSEG_SHAPE',
        `slidingWindow: ${scores.length} scores came back for ${together.length} windows of [${patch}] with ${channels} channels`,
      )
    }
    for (const [i, corner] of together.entries()) {
      addScores(
        sum,
        seen,
        image.size,
        patch,
        corner,
        scores.subarray(i * voxels * channels, (i + 1) * voxels * channels),
        channels,
      )
    }
  }
  return { ...decide(sum, seen, channels, options.decide), windows: corners.length }
}

/** Calls `row` with the run of voxels along z that a window and the volume share, for each x, y. */
function sharedRows(
  size: Triple,
  patch: Triple,
  [cx, cy, cz]: Triple,
  row: (volumeAt: number, windowAt: number, length: number) => void,
): void {
  const [nx, ny, nz] = size
  const z0 = Math.max(-cz, 0)
  const length = Math.min(patch[2], nz - cz) - z0
  for (let i = Math.max(-cx, 0); i < Math.min(patch[0], nx - cx); i++) {
    for (let j = Math.max(-cy, 0); j < Math.min(patch[1], ny - cy); j++) {
      row(((cx + i) * ny + cy + j) * nz + cz + z0, (i * patch[1] + j) * patch[2] + z0, length)
    }
  }
}

function cutOut(image: ScanImage, patch: Triple, corner: Triple, into: Float32Array): void {
  sharedRows(image.size, patch, corner, (volumeAt, windowAt, length) => {
    into.set(image.data.subarray(volumeAt, volumeAt + length), windowAt)
  })
}

function addScores(
  sum: Float32Array,
  seen: Float32Array,
  size: Triple,
  patch: Triple,
  corner: Triple,
  scores: Float32Array,
  channels: number,
): void {
  sharedRows(size, patch, corner, (volumeAt, windowAt, length) => {
    for (let k = 0; k < length; k++) seen[volumeAt + k]! += 1
    const to = volumeAt * channels
    const from = windowAt * channels
    for (let k = 0; k < length * channels; k++) sum[to + k]! += scores[from + k]!
  })
}

function decide(sum: Float32Array, seen: Float32Array, channels: number, by: 'argmax' | 'threshold') {
  const foreground = new Float32Array(seen.length)
  const label = new Uint8Array(seen.length)
  for (let voxel = 0; voxel < seen.length; voxel++) {
    const at = voxel * channels
    for (let c = 0; c < channels; c++) sum[at + c]! /= seen[voxel]!
    foreground[voxel] = sum[at + channels - 1]!
    if (by === 'threshold') {
      label[voxel] = foreground[voxel]! > 0.5 ? 1 : 0
    } else {
      let best = 0
      for (let c = 1; c < channels; c++) if (sum[at + c]! > sum[at + best]!) best = c
      label[voxel] = best
    }
  }
  return { foreground, label }
}
