import { cornerDistance } from './same-grid'
import type { Triple, VolumeGrid } from './volume'

/** All that a NIfTI header says of where its voxels lie, as it says it: RAS, in its own unit. */
export interface NiftiForms {
  /** Of `xyzt_units`: 0 is not said, 1 m, 2 mm, 3 µm. */
  unit: number
  /** The first is the handedness of the quaternion's axes. */
  pixdim: [number, number, number, number]
  /** 0 is no place; 1 the scanner's, 2 aligned to another image, 3 Talairach, 4 MNI, 5 another template. */
  qformCode: number
  sformCode: number
  quaternion: Triple
  offset: Triple
  /** Three rows of four. */
  srow: readonly (readonly number[])[]
}

/** Where a header's forms place a volume, and what one should know of it. */
export interface NiftiPlace {
  grid: VolumeGrid
  notes: string[]
}

/** Axes may miss a right angle by what float32 loses. */
const RIGHT_ANGLE = 1e-3
/** Lengths of the sform's columns and `pixdim` are the same number, rounded. */
const SAME_LENGTH = 1e-4
/** A quaternion may be longer than 1 by this. */
const UNIT_LENGTH = 1e-3
/** Of a voxel; forms that lie farther apart say different things. */
const SAME_PLACE = 0.05

/**
 * The grid that the forms describe, in LPS and mm: the sform where its code is above 0, else the qform where its code is, else spacing without a place. A sheared
 * sform is no grid; the qform stands in for it where there is one.
 *
 * Source: nifti1.h («3D image orientation and location in space»); the order is that of nibabel and FSL.
 *
 * @param spacing `pixdim` along x, y, z as it was tested, in the header's unit
 * @returns in words why forms with a code place nothing
 */
export function placeByForms(forms: NiftiForms, size: Triple, spacing: Triple): NiftiPlace | string {
  const { qformCode, sformCode, unit } = forms
  const toMillimetres = unit === 1 ? 1000 : unit === 3 ? 0.001 : 1
  const inMillimetres = (lengths: Triple) => lengths.map((length) => length * toMillimetres) as Triple
  const plain = { size, spacing: inMillimetres(spacing) }
  if (qformCode <= 0 && sformCode <= 0) {
    // Many writers leave the unit open and mean mm; 1, 1, 1 without a unit is what a file without spacing looks like.
    const isOpen = unit === 0 && spacing.every((step) => step === 1)
    const notes = ['says nothing of where its axes run and where it lies (qform_code and sform_code are 0)']
    return { grid: { ...plain, spacingUnit: isOpen ? 'voxel' : 'mm' }, notes }
  }
  const placed = (found: Found): VolumeGrid => ({
    size,
    spacing: inMillimetres(found.spacing),
    spacingUnit: 'mm',
    origin: lps(found.offset.map((at) => at * toMillimetres)) as Triple,
    direction: [0, 1, 2].flatMap((row) => found.axes.map((axis) => lps(axis)[row]!)),
  })
  const qform = qformCode > 0 ? byQuaternion(forms, spacing) : undefined
  const sform = sformCode > 0 ? byRows(forms, spacing) : undefined
  if (typeof sform === 'string' || sform === undefined) {
    if (typeof qform === 'string' || qform === undefined)
      return `${[sform, qform].filter((said) => said !== undefined).join(', and ')}; repair the header or resample it to a straight grid`
    const notes = sform === undefined ? [] : [`${sform}; its qform (code ${qformCode}) is taken`]
    return { grid: placed(qform), notes }
  }
  const grid = placed(sform)
  if (qform === undefined) return { grid, notes: [] }
  if (typeof qform === 'string') return { grid, notes: [`${qform}; its sform (code ${sformCode}) is taken`] }
  const apart = cornerDistance(grid, placed(qform))
  if (apart <= SAME_PLACE * Math.min(...grid.spacing)) return { grid, notes: [] }
  const notes = [
    `has an sform (code ${sformCode}) and a qform (code ${qformCode}) that lie up to ${Number(apart.toPrecision(3))} mm apart; the sform is taken, as nibabel and FSL take it`,
  ]
  return { grid, notes }
}

/** Axes of length 1 in RAS, in the header's unit. */
interface Found {
  axes: readonly Triple[]
  spacing: Triple
  offset: readonly number[]
}

/** «Method 3» of the standard, or why it gives no grid. */
function byRows({ srow }: NiftiForms, pixdim: Triple): Found | string {
  if (!srow.flat().every(Number.isFinite)) return `has an sform [${srow.join('; ')}] that is not all numbers`
  const columns = [0, 1, 2].map((axis) => srow.map((row) => row[axis]!) as Triple)
  const lengths = columns.map((column) => Math.hypot(...column)) as Triple
  if (lengths.some((length) => length === 0)) return 'has an sform with an axis of length 0'
  const axes = columns.map((column, axis) => column.map((part) => part / lengths[axis]!) as Triple)
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const cosine = axes[a]!.reduce((sum, part, row) => sum + part * axes[b]![row]!, 0)
    if (Math.abs(cosine) > RIGHT_ANGLE) {
      const degrees = Number(((Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI).toFixed(2))
      return `has a sheared sform (its axes ${'xyz'[a]} and ${'xyz'[b]} meet at ${degrees} degrees, expected 90)`
    }
  }
  const isSame = lengths.every((length, axis) => Math.abs(length / pixdim[axis]! - 1) < SAME_LENGTH)
  return { axes, spacing: isSame ? pixdim : lengths, offset: srow.map((row) => row[3]!) }
}

/** «Method 2» of the standard, or why it gives no grid. */
function byQuaternion({ quaternion, offset, pixdim }: NiftiForms, spacing: Triple): Found | string {
  if (![...quaternion, ...offset].every(Number.isFinite)) return `has a qform [${quaternion}; ${offset}] that is not all numbers`
  const square = quaternion.reduce((sum, part) => sum + part * part, 0)
  if (square > 1 + UNIT_LENGTH) return `has a quaternion [${quaternion}] longer than 1, which is no rotation`
  const rest = 1 - square
  // Half turns: what float32 leaves of a is rounding.
  const a = rest < 1e-7 ? 0 : Math.sqrt(rest)
  const [b, c, d] = quaternion.map((part) => (a === 0 ? part / Math.sqrt(square) : part)) as Triple
  const handedness = pixdim[0] < 0 ? -1 : 1
  const axes: Triple[] = [
    [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
    [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
    [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - c * c - b * b].map((part) => part * handedness) as Triple,
  ]
  return { axes, spacing, offset }
}

/** RAS to LPS; plus 0, for -0 and 0 are the same place. */
function lps([x, y, z]: readonly number[]): number[] {
  return [-x! + 0, -y! + 0, z! + 0]
}
