import { dataError } from './data-error'
import type { ImageVolume, Triple, Volume } from './volume'

/** How the training volumes of a data set came about from scans, as plain data: stored with a run and repeated on new images. */
export interface Preparation {
  /** What the scans were: values of CT are Hounsfield units, with air near -1000; MR has no negative ones. null: not said. */
  readonly modality: 'MR' | 'CT' | null
  /** mm of the training grid; null where nothing is known, images are then taken on their own grid. */
  readonly spacing: Triple | null
  /** Whether the training axes x, y, z run to the left, to the back and to the head (LPS); false where nothing is known. */
  readonly isLps: boolean
  readonly intensity: IntensityRule
  /** `label`: training volumes were cut out around their reference labels, which new images do not have. */
  readonly crop: 'none' | 'label'
}

/** Values are clipped, if a window is given, and then brought to mean 0 and standard deviation 1 over the whole scan, before any crop. */
export interface IntensityRule {
  readonly kind: 'standardise'
  /** Lowest and highest value kept, in the scan's units, such as HU. */
  readonly window?: readonly [number, number]
}

/**
 * The values of a scan under a rule.
 *
 * @throws DUALSEG_DATA if all values are the same
 */
export function applyIntensity(volume: Volume, rule: IntensityRule): ImageVolume {
  const [low, high] = rule.window ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const data = new Float32Array(volume.data.length)
  let sum = 0
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(Math.max(volume.data[i]!, low), high)
    data[i] = value
    sum += value
  }
  const mean = sum / data.length
  let squares = 0
  for (const value of data) squares += (value - mean) * (value - mean)
  const deviation = Math.sqrt(squares / data.length)
  if (deviation === 0)
    throw dataError(`all ${data.length} voxels have the value ${data[0]}; there is nothing to see in this image`)
  for (let i = 0; i < data.length; i++) data[i] = (data[i]! - mean) / deviation
  return { ...volume, data }
}

/** Left Atrium, as its authors prepared it: 0.625 mm, standardised over the whole scan, then cut out around the label in x and y. */
export const LA_PREPARATION: Preparation = {
  modality: 'MR',
  spacing: [0.625, 0.625, 0.625],
  isLps: true,
  intensity: { kind: 'standardise' },
  crop: 'label',
}

/** The phantom is made on its own grid. */
export const PHANTOM_PREPARATION: Preparation = {
  modality: null,
  spacing: null,
  isLps: false,
  intensity: { kind: 'standardise' },
  crop: 'label',
}
