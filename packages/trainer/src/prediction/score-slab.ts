import { sharedRows } from './shared-rows'
import type { WindowStarts } from './window-starts'
import type { WindowWeights } from './window-weights'

type Triple = readonly [number, number, number]

export interface ScoreSlabOptions {
  readonly channels: number
  readonly decide: 'argmax' | 'threshold'
  /** Keep the scores of every channel. */
  readonly keepScores: boolean
  /** Keep the score of the last channel. */
  readonly keepForeground: boolean
  /** Absent: every voxel of a window counts the same. */
  readonly weights: WindowWeights | undefined
}

/**
 * Sums the scores of windows that come with x slowest, over as many planes of x as a window has: what lies before the newest window is decided and its
 * place used again. So the sums take the memory of a patch's planes, whatever the length of the volume.
 */
export class ScoreSlab {
  private readonly foreground: Float32Array
  private readonly label: Uint8Array
  private readonly scores: readonly Float32Array[]
  private readonly sums: Float32Array
  /** Values of one plane of x. */
  private readonly plane: number
  /** What all windows together count, a number an axis: windows stand on a grid, so the product is what they count at a voxel. */
  private readonly counts: readonly [Float64Array, Float64Array, Float64Array]
  /** Plane of the volume that the sums begin with. */
  private base = 0

  constructor(
    private readonly size: Triple,
    private readonly patch: Triple,
    axes: readonly [WindowStarts, WindowStarts, WindowStarts],
    private readonly options: ScoreSlabOptions,
  ) {
    const [nx, ny, nz] = size
    this.foreground = new Float32Array(options.keepForeground ? nx * ny * nz : 0)
    this.label = new Uint8Array(nx * ny * nz)
    const { channels, keepScores } = options
    this.scores = keepScores ? Array.from({ length: channels }, () => new Float32Array(nx * ny * nz)) : []
    this.plane = ny * nz * options.channels
    this.sums = new Float32Array(Math.min(patch[0], nx) * this.plane)
    this.counts = [0, 1, 2].map((axis) =>
      countsAlong(size[axis]!, patch[axis]!, axes[axis]!, options.weights?.[axis]),
    ) as unknown as typeof this.counts
  }

  /**
   * @param corner the window's first voxel; its x never less than that of the window before
   * @param scores [x, y, z, channels] of the window
   */
  add(corner: Triple, scores: Float32Array): void {
    this.decideUpTo(Math.max(corner[0], 0))
    const { sums, base, plane, size, patch } = this
    const { channels, weights } = this.options
    const [cx, cy, cz] = corner
    sharedRows(size, patch, corner, (x, y, z, windowAt, length) => {
      const to = (x - base) * plane + (y * size[2] + z) * channels
      const from = windowAt * channels
      if (weights === undefined) {
        for (let k = 0; k < length * channels; k++) sums[to + k]! += scores[from + k]!
        return
      }
      const [wx, wy, wz] = weights
      const ofRow = wx[x - cx]! * wy[y - cy]!
      for (let k = 0; k < length; k++) {
        const weight = ofRow * wz[z - cz + k]!
        for (let c = 0; c < channels; c++) sums[to + k * channels + c]! += weight * scores[from + k * channels + c]!
      }
    })
  }

  /** Decides what is left. */
  finish(): { foreground: Float32Array; label: Uint8Array; scores?: readonly Float32Array[] } {
    this.decideUpTo(this.size[0])
    const { foreground, label, scores } = this
    return { foreground, label, ...(this.options.keepScores && { scores }) }
  }

  private decideUpTo(end: number): void {
    const { sums, base, plane } = this
    if (end === base) return
    const planes = Math.min(end - base, sums.length / plane)
    for (let x = 0; x < planes; x++) this.decidePlane(base + x, sums.subarray(x * plane, (x + 1) * plane))
    sums.copyWithin(0, planes * plane)
    sums.fill(0, sums.length - planes * plane)
    this.base = end
  }

  private decidePlane(x: number, sums: Float32Array): void {
    const { foreground, label, scores, size } = this
    const { channels, decide, keepForeground } = this.options
    const [, ny, nz] = size
    const [countX, countY, countZ] = this.counts
    for (let y = 0, at = 0, voxel = x * ny * nz; y < ny; y++) {
      const ofRow = countX[x]! * countY[y]!
      for (let z = 0; z < nz; z++, voxel++, at += channels) {
        const count = ofRow * countZ[z]!
        for (let c = 0; c < channels; c++) sums[at + c]! /= count
        const score = sums[at + channels - 1]!
        if (keepForeground) foreground[voxel] = score
        for (let c = 0; c < scores.length; c++) scores[c]![voxel] = sums[at + c]!
        if (decide === 'threshold') {
          label[voxel] = score > 0.5 ? 1 : 0
        } else {
          let best = 0
          for (let c = 1; c < channels; c++) if (sums[at + c]! > sums[at + best]!) best = c
          label[voxel] = best
        }
      }
    }
  }
}

function countsAlong(length: number, patch: number, { starts, padLeft }: WindowStarts, weights?: Float64Array): Float64Array {
  const counts = new Float64Array(length)
  for (const start of starts) {
    for (let i = 0; i < patch; i++) {
      const at = start - padLeft + i
      if (at >= 0 && at < length) counts[at]! += weights?.[i] ?? 1
    }
  }
  return counts
}
