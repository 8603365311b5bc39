import type { Triple, VolumeGrid } from '../volume'
import { type ImageHeader, type Refuse, silences, threeAxes, threeSpacings } from './image-header'
import type { ByteOrder, StoredType } from './stored-voxels'

/** Axes may miss a right angle by what headers lose in writing. */
const RIGHT_ANGLE = 1e-3

/**
 * The header of a format whose header is text, with its voxels behind it or in one other file.
 *
 * @param text.steps undefined where the file leaves spacing open
 * @param text.axes directions of the axes in LPS, of length 1; undefined where the file does not say where they run
 * @param text.origin undefined where the file does not say where it begins
 * @param text.end of the header, in bytes
 */
export function textHeader(
  text: {
    sizes: readonly number[]
    steps: readonly number[] | undefined
    axes: readonly (readonly number[])[] | undefined
    origin: readonly number[] | undefined
    type: StoredType
    order: ByteOrder
    file: string | undefined
    end: number
    compression: 'gzip' | 'zlib' | undefined
  },
  refuse: Refuse,
): ImageHeader {
  const { sizes, steps, axes, type, order, file, end, compression } = text
  if (file !== undefined && (/^LIST\b/.test(file) || file.includes('%')))
    throw refuse('keeps its voxels in several files; convert it into one')
  const direction = axes && threeDirections(axes, refuse)
  // A place without the axes to go on from there is none.
  const origin = direction && text.origin?.map((at) => at + 0)
  if (origin !== undefined && (origin.length !== 3 || !origin.every(Number.isFinite)))
    throw refuse(`begins at [${origin}], expected three finite numbers`)
  const grid: VolumeGrid = {
    size: threeAxes(sizes, refuse),
    spacing: threeSpacings(steps ?? [], refuse),
    spacingUnit: steps ? 'mm' : 'voxel',
    ...(origin && { origin: origin as Triple }),
    ...(direction && { direction }),
  }
  const voxels = { ...(file === undefined ? { offset: end } : { offset: 0, file }), ...(compression && { compression }) }
  return { grid, type, order, voxels, notes: silences(grid) }
}

/** The direction matrix of three axes, or of two and what stands upright on them. */
function threeDirections(given: readonly (readonly number[])[], refuse: Refuse): number[] {
  const axes = given.length === 2 ? [...given, cross(given[0]!, given[1]!)] : given.slice(0, 3)
  const isRotation = axes.every((a, i) =>
    axes.every((b, j) => Math.abs(a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! - (i === j ? 1 : 0)) < RIGHT_ANGLE),
  )
  if (axes.length !== 3 || !isRotation) {
    throw refuse(
      `has axes along ${given.map((axis) => `[${axis}]`).join(', ')}, expected finite numbers and axes at right angles; resample a sheared (tilted) image first`,
    )
  }
  return [0, 1, 2].flatMap((row) => axes.map((axis) => axis[row]! + 0))
}

function cross([ax, ay, az]: readonly number[], [bx, by, bz]: readonly number[]): number[] {
  return [ay! * bz! - az! * by!, az! * bx! - ax! * bz!, ax! * by! - ay! * bx!]
}

/** Lengths of text headers by the names of their units. */
const MILLIMETRES: Readonly<Record<string, number>> = {
  '': 1,
  '?': 1,
  mm: 1,
  millimeter: 1,
  millimeters: 1,
  millimetre: 1,
  millimetres: 1,
  cm: 10,
  m: 1000,
  um: 0.001,
  µm: 0.001,
  μm: 0.001,
  micron: 0.001,
  microns: 0.001,
}

/** Millimetres in a unit; a file that names none means them. */
export function millimetresIn(unit: string | undefined, refuse: Refuse): number {
  const found = MILLIMETRES[unit?.trim().toLowerCase() ?? '']
  if (found === undefined) throw refuse(`measures lengths in «${unit}», expected mm, cm, m or um`)
  return found
}
