import { dualsegError } from '@dualseg/kernels'
import { turn } from '../training/turn'
import { ScoreSlab } from './score-slab'
import { sharedRows } from './shared-rows'
import { type WindowStarts, windowStarts } from './window-starts'
import { windowWeights } from './window-weights'

type Triple = readonly [number, number, number]

/** Voxels in tensor order, z fastest: of several images [x, y, z, channels]. */
export interface ScanImage {
  readonly data: Float32Array
  readonly size: Triple
  /** Of every channel, what lies beyond the scan. @default zeros, and one channel */
  readonly outside?: readonly number[]
}

/**
 * Scores of some windows.
 *
 * @param windows [count, x, y, z, channels of the image] voxels of `count` windows, `outside` where a window hangs over the edge of the volume; read it before returning
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
  /** Return the scores of every channel, a number a voxel each. @default false */
  readonly keepScores?: boolean
  /** false leaves `foreground` empty: a number a voxel that a large scan has to find room for. @default true */
  readonly keepForeground?: boolean
  /** Windows handed over at once. @default 1 */
  readonly batch?: number
  /**
   * What a window's voxels count: all the same, as in the papers, or those in its middle more (a normal curve of an eighth of the patch, as MONAI and
   * nnU-Net have it).
   *
   * @default 'uniform'
   */
  readonly weighting?: 'uniform' | 'gaussian'
  /** Told after every batch of windows. */
  onProgress?(done: number, windows: number): void
  /** Asked before every batch of windows; throws what it was aborted with. */
  readonly signal?: AbortSignal
}

export interface SlidingWindowResult {
  /** Score of the last class (the foreground of two), mean over the windows that saw the voxel. */
  readonly foreground: Float32Array
  /** Class of every voxel. */
  readonly label: Uint8Array
  /** Every channel's, likewise; only if asked for. */
  readonly scores?: readonly Float32Array[]
  readonly windows: number
}

/**
 * Scores a volume window by window and decides every voxel: the inference of all the compared methods.
 *
 * Scores are summed in float32 in the order of the windows (x slowest, z fastest), divided by how many windows saw the voxel, then decided. The sums of
 * no more planes are kept than a window has. While a batch is added, the engine has the next; a batch that is one constant, bit for bit the same as one
 * before it, is not computed again.
 *
 * @throws DUALSEG_SHAPE if sizes do not fit or the prediction has not the size asked for
 */
export async function slidingWindow(
  image: ScanImage,
  predict: PredictWindows,
  options: SlidingWindowOptions,
): Promise<SlidingWindowResult> {
  const { patch, stride, channels, batch = 1, weighting = 'uniform' } = options
  checkSizes(image, patch, stride)
  const axes = [0, 1, 2].map((axis) => windowStarts(image.size[axis]!, patch[axis]!, stride[axis]!)) as unknown as Axes
  const corners = windowCorners(axes)
  const slab = new ScoreSlab(image.size, patch, axes, {
    channels,
    decide: options.decide,
    keepScores: options.keepScores ?? false,
    keepForeground: options.keepForeground ?? true,
    weights: windowWeights(patch, weighting),
  })
  const voxels = patch[0] * patch[1] * patch[2]
  const images = image.outside?.length ?? 1
  const constants = new Map<number, Float32Array>()

  const scoresFrom = async (first: number): Promise<Float32Array> => {
    const together = corners.slice(first, first + batch)
    const windows = new Float32Array(together.length * voxels * images)
    for (const [i, corner] of together.entries())
      cutOut(image, patch, corner, windows.subarray(i * voxels * images, (i + 1) * voxels * images))
    const constant = together.length === batch && isConstant(windows) ? windows[0]! : undefined
    const known = constant === undefined ? undefined : constants.get(constant)
    if (known !== undefined) return known
    const scores = await predict(windows, together.length)
    if (scores.length !== together.length * voxels * channels) {
      throw dualsegError(
        'DUALSEG_SHAPE',
        `slidingWindow: ${scores.length} scores came back for ${together.length} windows of [${patch}] with ${channels} channels`,
      )
    }
    // Of one value alone, the first: a scan has one kind of air.
    if (constant !== undefined && constants.size === 0) constants.set(constant, scores)
    return scores
  }

  const mayGoOn = async () => {
    await turn()
    options.signal?.throwIfAborted()
  }
  await mayGoOn()
  let ahead = scoresFrom(0)
  for (let first = 0; first < corners.length; first += batch) {
    const scores = await ahead
    const next = first + batch
    if (next < corners.length) {
      await mayGoOn()
      ahead = scoresFrom(next)
      // It is awaited in the next round; should this round throw, nobody is left to hear of it.
      ahead.catch(() => {})
    }
    const together = corners.slice(first, next)
    for (const [i, corner] of together.entries()) {
      slab.add(corner, scores.subarray(i * voxels * channels, (i + 1) * voxels * channels))
    }
    options.onProgress?.(first + together.length, corners.length)
  }
  return { ...slab.finish(), windows: corners.length }
}

function checkSizes({ data, size, outside = [0] }: ScanImage, patch: Triple, stride: Triple): void {
  if (data.length !== size[0] * size[1] * size[2] * outside.length) {
    throw dualsegError('DUALSEG_SHAPE', `slidingWindow: ${data.length} voxels do not fill size [${size}]`)
  }
  for (const [name, value] of Object.entries({ patch, stride })) {
    if (value.some((n) => !Number.isInteger(n) || n < 1)) {
      throw dualsegError('DUALSEG_SHAPE', `slidingWindow: ${name} [${value}] is not three positive integers`)
    }
  }
  if (stride.some((step, axis) => step > patch[axis]!)) {
    throw dualsegError(
      'DUALSEG_SHAPE',
      `slidingWindow: steps of [${stride}] leave gaps between windows of [${patch}]; take no more than the patch`,
    )
  }
}

type Axes = readonly [WindowStarts, WindowStarts, WindowStarts]

/** First voxels of all windows, x slowest, in coordinates of the volume: negative where a window hangs over its edge. */
function windowCorners([x, y, z]: Axes): Triple[] {
  return x.starts.flatMap((sx) =>
    y.starts.flatMap((sy) => z.starts.map((sz): Triple => [sx - x.padLeft, sy - y.padLeft, sz - z.padLeft])),
  )
}

function cutOut({ data, size, outside = [0] }: ScanImage, patch: Triple, corner: Triple, into: Float32Array): void {
  const channels = outside.length
  const hangsOver = corner.some((start, axis) => start < 0 || start + patch[axis]! > size[axis]!)
  if (hangsOver && outside.some((value) => value !== 0)) {
    for (let i = 0; i < into.length; i += channels) into.set(outside, i)
  }
  sharedRows(size, patch, corner, (x, y, z, windowAt, length) => {
    const volumeAt = ((x * size[1] + y) * size[2] + z) * channels
    into.set(data.subarray(volumeAt, volumeAt + length * channels), windowAt * channels)
  })
}

/** Bit for bit: -0 beside 0 is no constant, and NaN is none. */
function isConstant(values: Float32Array): boolean {
  const first = values[0]!
  return values.every((value) => Object.is(value, first))
}
