import { dataError } from './data-error'
import { refuseUnknownAxes } from './patient-axes'
import { standardise } from './reduce-volume'
import { reorient } from './reorient'
import { type Region, resampleCubic, resampleNearest, splineGridSize } from './resample-spline'
import { gridDifference } from './same-grid'
import type { ImageVolume, LabelVolume, Triple, Volume, VolumeGrid } from './volume'
import { wholeLabels } from './whole-labels'

/** How a CT becomes what the networks see; every number is in the file beside the prepared volumes. */
export interface CtRecipe {
  /** Hounsfield units; what lies outside is set to its ends. */
  readonly window: readonly [number, number]
  /** mm of the new grid: cubic B-spline for the image, nearest voxel for the label. */
  readonly step: number
  /** Voxels of the new grid around the label's box. */
  readonly margin: number
  /** Whether each axis is cropped; one that is not stays whole. */
  readonly cropped: readonly [boolean, boolean, boolean]
  /** A cropped axis whose box is shorter grows by half of what is missing on either side, besides the margin. */
  readonly shortest: number
  /** Standardised over the cropped volume at last. */
  readonly scale: 'standard'
}

/**
 * The two ways in which the literature's Pancreas-CT was prepared, as far as they are known. `notebook`: MC-Net's published notebook (level 75, width
 * 400; z is not cropped). `text`: what MCF's and DualNet's texts say (−120 to 240, 25 voxels around); they do not name a grid, and 1 mm is taken.
 */
export const CT_RECIPES: Readonly<Record<'notebook' | 'text', CtRecipe>> = {
  notebook: { window: [-125, 275], step: 1, margin: 25, cropped: [true, true, false], shortest: 96, scale: 'standard' },
  text: { window: [-120, 240], step: 1, margin: 25, cropped: [true, true, true], shortest: 0, scale: 'standard' },
}

export interface PreparedCt {
  image: ImageVolume
  label: LabelVolume
  /** What one should know of the label, to be read behind its name. */
  notes: string[]
}

export interface PrepareCtOptions {
  /** For messages. */
  name: string
  /** Label values that become 1. */
  foreground: readonly number[]
  /** Take the two boxes for the same although their positions differ: for labels that lost theirs. @default false */
  ignoreOrigin?: boolean
}

/** Air is about −1000; a volume that never goes below this is not in Hounsfield units. */
const HIGHEST_MINIMUM = -500
const HIGHEST_MAXIMUM = 32_767

/**
 * Prepares one CT with its label: axes to LPS, label matched by geometry and never by the order of its voxels, resampled, cropped around the
 * label, windowed, standardised.
 *
 * @param label values of `foreground` become 1, all others 0
 * @throws DUALSEG_DATA if one does not say where its axes run, the two do not lie on one grid, the image is not in Hounsfield units, or the label is empty
 */
export function prepareCt(image: Volume, label: Volume, recipe: CtRecipe, options: PrepareCtOptions): PreparedCt {
  const { name, foreground } = options
  refuseUnknownAxes(image, `${name}, image`)
  refuseUnknownAxes(label, `${name}, label`)
  const whole = wholeLabels(label)
  const [scan, mask] = [reorient(image, 'LPS'), reorient(whole.volume, 'LPS')]
  checkSameGrid(scan, mask, options)
  checkHounsfield(scan, name)
  const torn = mask.data.findIndex((value) => !Number.isInteger(value))
  if (torn >= 0) throw dataError(`${name}: the label has a voxel of ${mask.data[torn]}, expected whole numbers`)
  const organ: LabelVolume = { ...mask, data: Uint8Array.from(mask.data, (value) => (foreground.includes(value) ? 1 : 0)) }
  if (!organ.data.includes(1)) throw dataError(`${name}: the label has no voxel of ${foreground.join(', ')}`)
  const size = splineGridSize(scan, recipe.step)
  const onGrid = resampleNearest(organ, recipe.step, { from: [0, 0, 0], size })
  if (!onGrid.data.includes(1))
    throw dataError(`${name}: the label is too small for a grid of ${recipe.step} mm; nothing of it is left`)
  const region = cropAround(onGrid, recipe)
  const cropped = resampleCubic(scan, recipe.step, region)
  const [low, high] = recipe.window
  // After interpolation, so that no overshoot of the spline leaves the window.
  for (let i = 0; i < cropped.data.length; i++)
    cropped.data[i] = (Math.min(high, Math.max(low, cropped.data[i]!)) - low) / (high - low)
  if (cropped.data.every((value) => value === cropped.data[0]))
    throw dataError(`${name}: nothing lies within the window ${low} to ${high} HU`)
  standardise(cropped.data)
  return { image: cropped, label: resampleNearest(organ, recipe.step, region), notes: whole.notes }
}

function checkSameGrid(image: VolumeGrid, label: VolumeGrid, { name, ignoreOrigin = false }: PrepareCtOptions): void {
  const compared = ({ origin, ...grid }: VolumeGrid): VolumeGrid => (ignoreOrigin || !origin ? grid : { ...grid, origin })
  const difference = gridDifference(compared(label), compared(image))
  if (difference === undefined) return
  const remedy =
    difference.kind === 'origin' ? '; if the label lost its position but covers the same box, say so with --ignore-origin' : ''
  throw dataError(`${name}: ${difference.found} (both along left, posterior, superior)${remedy}`)
}

function checkHounsfield({ data }: Volume, name: string): void {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of data) {
    if (!Number.isFinite(value)) throw dataError(`${name}: the image has a voxel of ${value}, expected finite numbers`)
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > HIGHEST_MINIMUM || high > HIGHEST_MAXIMUM) {
    throw dataError(
      `${name}: intensities from ${low} to ${high} are not Hounsfield units (air is about −1000); was the rescale applied?`,
    )
  }
}

/** The label's box with its margins, within the volume. */
function cropAround({ data, size }: LabelVolume, { margin, cropped, shortest }: CtRecipe): Region {
  const low: Triple = [...size]
  const high: Triple = [-1, -1, -1]
  for (let z = 0, i = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, i++) {
        if (data[i] === 0) continue
        for (const [axis, at] of [x, y, z].entries()) {
          low[axis] = Math.min(low[axis]!, at)
          high[axis] = Math.max(high[axis]!, at)
        }
      }
    }
  }
  const from: Triple = [0, 0, 0]
  const extent: Triple = [...size]
  for (const axis of [0, 1, 2].filter((one) => cropped[one])) {
    const missing = Math.max(0, shortest - (high[axis]! - low[axis]! + 1))
    const around = margin + Math.floor(missing / 2)
    from[axis] = Math.max(0, low[axis]! - around)
    extent[axis] = Math.min(size[axis]!, high[axis]! + 1 + around) - from[axis]!
  }
  return { from, size: extent }
}
