import type { Triple, VolumeGrid } from '../volume'
import type { DicomSlice } from './dicom-slice'
import { type Refuse, threeAxes, threeSpacings } from './image-header'

/** Slices in the order of space, and the grid that they make. */
export interface DicomSeries {
  files: string[]
  /** Of the only file, the frames that the slices are, where it has several. */
  frames?: number[]
  grid: VolumeGrid
}

/** Steps may differ by this part of a step: scanners round positions to a few hundredths of a millimetre. */
const STEP_TOLERANCE = 0.02
const DIRECTION_TOLERANCE = 1e-3

/**
 * Orders the slices of one series and refuses those that make no regular grid. What reads the pixels would average the step over a missing slice, keep one of
 * several series and ignore a tilted gantry, all without a word.
 */
export function arrangeSlices(slices: readonly DicomSlice[], refuse: Refuse): DicomSeries {
  const first = slices[0]
  if (!first) throw refuse('holds no DICOM slice, expected a series of two or more')
  if (slices.length === 1)
    throw refuse(
      `holds one DICOM slice, ${first.file}, expected a series of two or more: of a single one it is not known how far it reaches, and networks here see volumes`,
    )
  const several = [...new Set(slices.filter(({ frame }) => frame !== undefined).map(({ file }) => file))]
  if (several.length > 0 && slices.some(({ file }) => file !== several[0]))
    throw refuse(
      `holds ${several[0]} with ${slices.filter(({ file }) => file === several[0]).length} frames beside other slices; give it a folder of its own`,
    )
  const series = new Map<string, DicomSlice[]>()
  for (const slice of slices) series.set(slice.seriesUid, [...(series.get(slice.seriesUid) ?? []), slice])
  if (series.size > 1) {
    const names = [...series.values()].map(
      (of) => `«${of[0]!.seriesName || of[0]!.seriesUid}» (${of.length}, such as ${of[0]!.file})`,
    )
    throw refuse(`holds ${series.size} series: ${names.join(', ')}; give each a folder of its own`)
  }
  for (const slice of slices) {
    const differs = (['rows', 'columns', 'pixelSpacing', 'orientation', 'rescale'] as const).find(
      (key) => !alike(slice[key], first[key]),
    )
    if (differs)
      throw refuse(
        `${nameOf(slice)} has ${differs} ${slice[differs]} where ${nameOf(first)} has ${first[differs]}; one series must agree`,
      )
  }
  const [across, along] = [first.orientation.slice(0, 3), first.orientation.slice(3)] as [number[], number[]]
  const normal = cross(across, along)
  if (
    [dot(across, across), dot(along, along), dot(normal, normal)].some((square) => Math.abs(square - 1) > DIRECTION_TOLERANCE)
  ) {
    throw refuse(`has ImageOrientationPatient ${first.orientation.join('\\')}, expected two unit vectors at a right angle`)
  }
  const ordered = [...slices].sort((a, b) => dot(a.position, normal) - dot(b.position, normal))
  const depths = ordered.map(({ position }) => dot(position, normal))
  const step = median(depths.slice(1).map((depth, i) => depth - depths[i]!))
  ordered.slice(1).forEach((slice, i) => {
    const before = ordered[i]!
    const gap = depths[i + 1]! - depths[i]!
    if (gap < 1e-3) {
      const remedy = slice.frame === undefined ? 'remove the duplicate' : 'split time points or echoes into files of their own'
      throw refuse(`${nameOf(before)} and ${nameOf(slice)} lie at the same place; ${remedy}`)
    }
    if (Math.abs(gap - step) > STEP_TOLERANCE * step) {
      throw refuse(
        `${nameOf(slice)} lies ${mm(gap)} behind ${nameOf(before)} where others are ${mm(step)} apart; a slice is missing or the steps are uneven`,
      )
    }
    const moved = slice.position.map((place, axis) => place - before.position[axis]!)
    if (Math.hypot(dot(moved, across), dot(moved, along)) > STEP_TOLERANCE * step) {
      throw refuse(
        `${nameOf(slice)} is shifted within its plane against ${nameOf(before)} (a tilted gantry); resample the series to a straight grid first`,
      )
    }
  })
  const [rowStep, columnStep] = first.pixelSpacing
  return {
    ...(several.length > 0
      ? { files: several, frames: ordered.map(({ frame }) => frame!) }
      : { files: ordered.map(({ file }) => file) }),
    grid: {
      size: threeAxes([first.columns, first.rows, slices.length], refuse),
      spacing: threeSpacings([columnStep, rowStep, (depths.at(-1)! - depths[0]!) / (slices.length - 1)], refuse),
      spacingUnit: 'mm',
      origin: ordered[0]!.position.map((at) => at + 0) as Triple,
      direction: [0, 1, 2].flatMap((row) => [across[row]! + 0, along[row]! + 0, normal[row]! + 0]),
    },
  }
}

function nameOf({ file, frame }: DicomSlice): string {
  return frame === undefined ? file : `${file}, frame ${frame + 1},`
}

function alike(a: number | string | number[], b: number | string | number[]): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.every((value, i) => Math.abs(value - b[i]!) < DIRECTION_TOLERANCE)
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!
}

function cross([ax, ay, az]: readonly number[], [bx, by, bz]: readonly number[]): number[] {
  return [ay! * bz! - az! * by!, az! * bx! - ax! * bz!, ax! * by! - ay! * bx!]
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

function mm(length: number): string {
  return `${Number(length.toFixed(3))} mm`
}
