import type { RandomStream } from '@dualseg/kernels/random'
import type { Volume, VoxelArray } from './volume'
import { copyView, flip, transposeXY, type VolumeView, viewOf } from './volume-view'

/** One draw: `turns` quarter turns in the x-y plane, then a flip along x (0) or y (1). z is never flipped. */
export interface RotFlip {
  turns: 0 | 1 | 2 | 3
  flipAxis: 0 | 1
}

/** Draws uniformly: four turns, two axes; the flip always happens, as in UA-MT and its descendants. */
export function drawRotFlip(random: RandomStream): RotFlip {
  return { turns: random.integer(0, 4) as RotFlip['turns'], flipAxis: random.integer(0, 2) as RotFlip['flipAxis'] }
}

/** A quarter turn takes the x axis to the y axis, as numpy's rot90 on axes 0 and 1: `out[x, y] = in[y, ny - 1 - x]`. */
export function rotFlipView<T extends VoxelArray>(view: VolumeView<T>, { turns, flipAxis }: RotFlip): VolumeView<T> {
  let turned = view
  for (let turn = 0; turn < turns; turn++) turned = flip(transposeXY(turned), 0)
  return flip(turned, flipAxis)
}

/**
 * Turns and flips the whole volume (before cropping). The voxels move; origin and direction are dropped, since augmented data has no place in
 * the patient.
 */
export function rotFlip<T extends VoxelArray>(volume: Volume<T>, draw: RotFlip): Volume<T> {
  const { spacing, spacingUnit } = volume
  const [sx, sy, sz] = spacing
  return {
    ...copyView(rotFlipView(viewOf(volume), draw)),
    spacing: draw.turns % 2 === 1 ? [sy, sx, sz] : [sx, sy, sz],
    ...(spacingUnit && { spacingUnit }),
  }
}
