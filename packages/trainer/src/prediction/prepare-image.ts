import {
  applyIntensity,
  axesOf,
  checkVolume,
  cropTo,
  hasOtherSpacing,
  type ImageVolume,
  type IntensityRule,
  type Preparation,
  reduceImage,
  reorient,
  reorientBack,
  resample,
  resampledSize,
  resampleImageCubic,
  type Triple,
  uncrop,
  upsampleTrilinear,
  type Volume,
  type VolumeGrid,
} from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'

/** A box of voxels: the first, and one past the last, along x, y, z. */
export interface Box {
  readonly start: readonly [number, number, number]
  readonly end: readonly [number, number, number]
}

export interface PrepareOptions {
  readonly preparation: Preparation | null
  readonly reduce: number
  /** The part of the image to look at, in its own voxels. */
  readonly crop?: Box
  /** Voxels and grid are the training volumes' own already. */
  readonly asStored: boolean
}

/** An image as the networks see it, and the way back. */
export interface PreparedImage {
  readonly image: ImageVolume
  /** Further channels, on its grid. */
  readonly otherChannels: readonly ImageVolume[]
  /** What was done or left undone, a line each. */
  readonly notes: readonly string[]
  /** Whether every voxel of the image is one of the part that the networks see, so that labels need no interpolation. */
  readonly isExact: boolean
  /** Values on the grid of `image` to the grid of the image that was given; 0 outside the crop. */
  scoresBack(scores: Float32Array): Float32Array
  /** Only where `isExact`. */
  labelsBack(labels: Uint8Array): Uint8Array
}

/** More than this between two grids is a mistake in the header. */
const MOST_RESAMPLING = 8

/**
 * Repeats on a new image what was done to the training volumes: intensities over the whole image, crop, axes, grid, reduction.
 *
 * @param others further channels, on the image's grid
 * @throws DUALSEG_DATA for an image of one value or of a spacing that cannot be right, DUALSEG_VALUE for a crop that does not fit
 */
export function prepareImage(
  given: Volume,
  { preparation, reduce, crop, asStored }: PrepareOptions,
  others: readonly Volume[] = [],
): PreparedImage {
  checkVolume(given, 'predict')
  const notes: string[] = []
  const box = crop && checkedBox(crop, given.size)
  const valuesOf = (volume: Volume, rule: IntensityRule | undefined): ImageVolume =>
    rule && !asStored ? applyIntensity(volume, rule) : asGiven(volume, rule)
  const cropped = <T extends Volume>(volume: T): T => (box ? (cropTo(volume, box.start, box.end) as T) : volume)
  const partOf = (volume: Volume, rule: IntensityRule | undefined): ImageVolume =>
    rule?.over === 'crop' ? valuesOf(cropped(volume), rule) : cropped(valuesOf(volume, rule))
  const part = partOf(given, preparation?.intensity)
  if (!box && !asStored && preparation?.crop === 'label') {
    notes.push(
      'training volumes were cut out around their labels; the whole image is scanned, so expect false foreground far away: crop if you can',
    )
  }
  const hasSpacing = !asStored && (given.spacingUnit ?? 'mm') === 'mm'
  const hasAxes = !asStored && axesOf(given) !== undefined
  const axes = hasAxes ? preparation?.axes : undefined
  if (!asStored && !hasAxes && preparation?.axes) {
    notes.push(
      `the image does not say where its axes run and is taken in its own order; training volumes ran to ${preparation.axes} (${axesInWords(preparation.axes)})`,
    )
  }
  const turnedOf = (volume: ImageVolume): ImageVolume => (axes ? { ...volume, ...reorient(volume, axes) } : volume)
  const turned = turnedOf(part)
  const spacing = hasSpacing ? preparation?.spacing : undefined
  const isResampled = spacing != null && hasOtherSpacing(turned, spacing)
  if (isResampled) {
    refuseFarSpacing(turned.spacing, spacing)
    notes.push(`resampled from ${written(turned.spacing)} to the training grid of ${written(spacing)}, and the result back`)
  } else if (!asStored && preparation?.spacing && !hasSpacing) {
    notes.push(`the image carries no spacing and is taken as it is; training volumes had ${written(preparation.spacing)}`)
  }
  if (!asStored && preparation) {
    const unknown = [...(preparation.spacing ? [] : ['spacing']), ...(preparation.axes ? [] : ['order of axes'])]
    if (unknown.length > 0) {
      notes.push(`training volumes have no ${unknown.join(' and no ')} in common that is known; the image is taken in its own`)
    }
  }
  const griddedOf = (volume: ImageVolume): ImageVolume => {
    if (!isResampled) return volume
    return preparation?.interpolation === 'cubic'
      ? resampleImageCubic(volume, spacing)
      : resample(volume, spacing, resampledSize(volume, spacing))
  }
  const gridded = griddedOf(turned)
  if (gridded.size.some((n) => n < reduce)) {
    throw dualsegError(
      'DUALSEG_DATA',
      `predict: the image is ${gridded.size.includes(1) ? 'a single slice' : 'too thin'}, ${gridded.size.join(' x ')} voxels, of which every ${reduce} along an axis are to become one; expected a whole 3-D scan`,
    )
  }
  const reducedOf = (volume: ImageVolume): ImageVolume => (reduce === 1 ? volume : reduceImage(volume, reduce))
  const image = reducedOf(gridded)

  // The way back needs grids alone: voxels of a large scan would be kept for as long as windows are cut from their last form.
  const [onTraining, onTurned, onPart, onGridded] = [image, turned, part, gridded].map(withoutVoxels) as [
    VolumeGrid,
    VolumeGrid,
    VolumeGrid,
    VolumeGrid,
  ]
  const { size: givenSize } = given
  const toGiven = <T extends Float32Array | Uint8Array>(data: T): T => {
    const ofPart = axes ? reorientBack(data, onPart, axes) : data
    return box ? uncrop(ofPart, onPart.size, box.start, givenSize) : ofPart
  }
  return {
    image,
    otherChannels: others.map((other, index) =>
      reducedOf(griddedOf(turnedOf(partOf(other, preparation?.otherIntensities?.[index] ?? preparation?.intensity)))),
    ),
    notes,
    isExact: reduce === 1 && !isResampled,
    labelsBack: toGiven,
    scoresBack(scores) {
      const reduced = { ...onTraining, data: scores }
      const onGrid = reduce === 1 ? reduced : upsampleTrilinear(reduced, onGridded, reduce)
      return toGiven(isResampled ? resample(onGrid, onTurned.spacing, onTurned.size).data : onGrid.data)
    },
  }
}

function withoutVoxels({ size, spacing, spacingUnit, origin, direction }: Volume): VolumeGrid {
  return { size, spacing, ...(spacingUnit && { spacingUnit }), ...(origin && { origin }), ...(direction && { direction }) }
}

/** Values that are not touched. What lies beyond a volume that was prepared elsewhere is its lowest value, where the training volumes' rule has one. */
function asGiven(volume: Volume, rule: IntensityRule | undefined): ImageVolume {
  const data = Float32Array.from(volume.data)
  if (rule?.outside === undefined) return { ...volume, data }
  const outside = rule.kind === 'none' && rule.outside !== 'minimum' ? rule.outside : lowestOf(data)
  return { ...volume, data, outside }
}

function lowestOf(data: Float32Array): number {
  let lowest = Number.POSITIVE_INFINITY
  for (const value of data) if (value < lowest) lowest = value
  return lowest
}

const WORDS: Readonly<Record<string, string>> = { L: 'left', R: 'right', P: 'back', A: 'front', S: 'head', I: 'feet' }

function axesInWords(axes: string): string {
  return [...axes].map((letter) => WORDS[letter]).join(', ')
}

function checkedBox({ start, end }: Box, size: Triple): { start: Triple; end: Triple } {
  const fits = size.every((n, axis) => {
    const [first, last] = [start[axis]!, end[axis]!]
    return Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first < last && last <= n
  })
  if (!fits) {
    throw dualsegError(
      'DUALSEG_VALUE',
      `predict: crop [${start}] to [${end}] does not fit an image of ${size.join(' x ')} voxels`,
    )
  }
  return { start: [...start], end: [...end] }
}

function refuseFarSpacing(found: Triple, expected: Readonly<Triple>): void {
  if (found.every((step, axis) => step / expected[axis]! <= MOST_RESAMPLING && expected[axis]! / step <= MOST_RESAMPLING)) return
  throw dualsegError(
    'DUALSEG_DATA',
    `predict: the image has voxels of ${written(found)}, training volumes of ${written(expected)}; more than ${MOST_RESAMPLING} times apart, so one of them is wrong`,
  )
}

function written(spacing: Readonly<Triple>): string {
  return `${spacing.map((step) => Number(step.toFixed(3))).join(' x ')} mm`
}
