import * as tf from '@tensorflow/tfjs-core'
import type { Draws } from './definition/method'

/** From and up to where a box reaches along each axis. */
export type Range = readonly [from: number, to: number]

export type CutMixBox = readonly [x: Range, y: Range, z: Range]

/** A box a sample, and the sample that each is taken from. */
export interface CutMix {
  readonly boxes: readonly CutMixBox[]
  readonly sources: readonly number[]
}

/** Of the Beta distribution that the kept share of a patch comes from. */
const ALPHA = 4

/**
 * The box around a centre that holds `1 - kept` of a patch, cut at the patch's border.
 *
 * Source: AD-MT, `rand_bbox_3d`: every axis by the square root, so that the box holds `(1 - kept)^1.5` before it is cut.
 */
export function cutMixBox(patch: readonly [number, number, number], kept: number, centre: readonly number[]): CutMixBox {
  const ratio = Math.sqrt(1 - kept)
  const along = (n: number, axis: number): Range => {
    const half = Math.floor(Math.floor(n * ratio) / 2)
    return [Math.max(centre[axis]! - half, 0), Math.min(centre[axis]! + half, n)]
  }
  return [along(patch[0], 0), along(patch[1], 1), along(patch[2], 2)]
}

/** Boxes of one share for all samples, at centres that are never in the first eighth of an axis, and a permutation of the samples that may leave them as they are. */
export function drawCutMix(samples: number, patch: readonly [number, number, number], draws: Draws): CutMix {
  const kept = draws.beta('cut-mix', ALPHA)
  const stream = draws.stream('cut-mix-centre', 0)
  // Axis by axis for all samples, as the script draws.
  const centres = patch.map((n) => Array.from({ length: samples }, () => stream.integer(Math.floor(n / 8), n)))
  return {
    boxes: Array.from({ length: samples }, (_, sample) =>
      cutMixBox(
        patch,
        kept,
        centres.map((ofAxis) => ofAxis[sample]!),
      ),
    ),
    sources: draws.stream('cut-mix-source', 0).permutation(samples),
  }
}

/**
 * Pastes into every sample the box of another.
 *
 * @param map [batch, x, y, z] or [batch, x, y, z, channels]
 * @returns the same shape and type
 */
export function cutMix<T extends tf.Tensor>(map: T, { boxes, sources }: CutMix): T {
  return tf.tidy(() => {
    const [samples, nx, ny, nz] = map.shape as [number, number, number, number]
    const inside = new Uint8Array(samples * nx * ny * nz)
    boxes.forEach(([[x0, x1], [y0, y1], [z0, z1]], sample) => {
      for (let x = x0; x < x1; x++) {
        for (let y = y0; y < y1; y++)
          inside.fill(1, ((sample * nx + x) * ny + y) * nz + z0, ((sample * nx + x) * ny + y) * nz + z1)
      }
    })
    const mask = tf.tensor(inside, [samples, nx, ny, nz, ...map.shape.slice(4).fill(1)], 'bool')
    const other = tf.gather(map, tf.tensor1d([...sources], 'int32'))
    return tf.where(mask, other, map) as T
  })
}

/** Shares of a patch that a box of CrossMatch has. */
const BOX_SHARE = [0.02, 0.4] as const
/** How much longer than wide it may be, and the reverse. */
const BOX_RATIO = [0.3, 1 / 0.3] as const

/**
 * In one of two samples a box from the sample at the other end of the batch; the others have an empty one.
 *
 * Source: CrossMatch, `obtain_cutmix_box`.
 *
 * @param view names the draws
 */
export function drawSharedBoxes(samples: number, patch: readonly [number, number, number], draws: Draws, view: string): CutMix {
  const boxes = Array.from({ length: samples }, (_, sample): CutMixBox => {
    const stream = draws.stream(`cut-mix-${view}`, sample)
    const between = ([low, high]: readonly [number, number]) => low + (high - low) * stream.uniform()
    const voxels = between(BOX_SHARE) * patch[0] * patch[1] * patch[2]
    const isEmpty = stream.uniform() >= 0.5
    if (isEmpty) return patch.map(() => [0, 0]) as unknown as CutMixBox
    const ratio = between(BOX_RATIO)
    // Never cut at the published patch; a flat one has no room for the script's cube.
    const sides = [voxels / ratio, voxels * ratio, voxels].map((volume, axis) =>
      Math.min(Math.floor(Math.cbrt(volume)), patch[axis]! - 1),
    )
    return patch.map((n, axis) => {
      const from = stream.integer(0, n - sides[axis]!)
      return [from, from + sides[axis]!]
    }) as unknown as CutMixBox
  })
  return { boxes, sources: Array.from({ length: samples }, (_, sample) => samples - 1 - sample) }
}
