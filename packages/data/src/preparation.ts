import { dataError } from './data-error'
import { standardise } from './reduce-volume'
import type { ImageVolume, Triple, Volume } from './volume'

/** How the training volumes of a data set came about from scans, as plain data: stored with a run and repeated on new images. */
export interface Preparation {
  /** What the scans were: values of CT are Hounsfield units, with air near -1000; MR has no negative ones. null: not said. */
  readonly modality: 'MR' | 'CT' | null
  /**
   * What it begins from: scans that the training files are no longer, so that a file like those needs nothing (`scan`), or the training files themselves,
   * whose values are brought to the rule whenever they are read (`file`).
   *
   * @default 'scan'
   */
  readonly begins?: 'scan' | 'file'
  /** mm of the training grid, along its axes; null where nothing is known, images are then taken on their own grid. */
  readonly spacing: Triple | null
  /** Where the training axes x, y, z run to, as `LPS` for left, back, head (`R`, `A`, `I` are the opposites); null where nothing is known. */
  readonly axes: string | null
  readonly intensity: IntensityRule
  /** Of further channels, in their order; absent where cases have one image. */
  readonly otherIntensities?: readonly IntensityRule[]
  /** How files became the training grid: cubic splines, or not at all (`file`) or in a way that is not repeated (`scan`), where a new image is brought to it linearly. */
  readonly interpolation?: 'cubic'
  /** `label`: training volumes were cut out around their reference labels, which new images do not have. */
  readonly crop: 'none' | 'label'
}

/** What is done to the values of a volume. */
export interface IntensityRule {
  /** Last: mean 0 and standard deviation 1; smallest and largest value (or the window's ends) to 0 and 1; nothing. */
  readonly kind: 'standardise' | 'unit' | 'none'
  /** First: lowest and highest value kept, in the scan's units, such as HU; what lies outside is set to them. */
  readonly window?: readonly [number, number]
  /** Whether the crop alone counts, where there is one, or the whole scan. @default 'scan' */
  readonly over?: 'scan' | 'crop'
  /**
   * What lies beyond a scan, where a crop or window needs more than there is: a value in the scan's units, or its lowest (with a window that one's low end), brought
   * to the rule as voxels are.
   *
   * @default 0 after the rule, as in the compared papers
   */
  readonly outside?: number | 'minimum'
}

/**
 * A volume with its values under a rule.
 *
 * @throws DUALSEG_DATA if all values are the same, before or after the window
 */
export function applyIntensity(volume: Volume, rule: IntensityRule): ImageVolume {
  const data = Float32Array.from(volume.data)
  const outside = scaleIntensity(data, rule, 'this image')
  return { ...volume, data, ...(outside !== undefined && { outside }) }
}

/**
 * Brings values to a rule, in place.
 *
 * @returns what lies beyond them, if the rule says so
 */
export function scaleIntensity(data: Float32Array, { kind, window, outside }: IntensityRule, name: string): number | undefined {
  const isConstant = () => data.every((value) => value === data[0])
  if (isConstant()) throw dataError(`${name}: every voxel is ${data[0]}; there is nothing to see in it`)
  if (window !== undefined) {
    const [low, high] = window
    for (let i = 0; i < data.length; i++) data[i] = Math.min(high, Math.max(low, data[i]!))
    if (isConstant()) throw dataError(`${name}: no voxel lies within the window ${low} to ${high}; is it in other units?`)
  }
  const [lowest, highest] = window ?? (kind === 'unit' || outside === 'minimum' ? rangeOf(data) : [Number.NaN, Number.NaN])
  const beyond = outside === 'minimum' ? lowest : outside
  const kept = beyond === undefined || window === undefined ? beyond : Math.min(highest, Math.max(lowest, beyond))
  if (kind === 'standardise') {
    const { mean, scale } = standardise(data)
    return kept === undefined ? undefined : (kept - mean) * scale
  }
  if (kind === 'unit') {
    for (let i = 0; i < data.length; i++) data[i] = (data[i]! - lowest) / (highest - lowest)
    return kept === undefined ? undefined : (kept - lowest) / (highest - lowest)
  }
  return kept
}

function rangeOf(data: Float32Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

/** Left Atrium, as its authors prepared it: 0.625 mm, standardised over the whole scan, then cut out around the label in x and y. */
export const LA_PREPARATION: Preparation = {
  modality: 'MR',
  spacing: [0.625, 0.625, 0.625],
  axes: 'LPS',
  intensity: { kind: 'standardise' },
  crop: 'label',
}

/** The phantom is made on its own grid. */
export const PHANTOM_PREPARATION: Preparation = {
  modality: null,
  spacing: null,
  axes: null,
  intensity: { kind: 'standardise' },
  crop: 'label',
}
