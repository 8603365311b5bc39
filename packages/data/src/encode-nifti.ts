import { asciiLine } from './ascii-line'
import { type NiftiForms, placeByForms } from './nifti-forms'
import { cornerDistance, directionOf } from './same-grid'
import { checkVolume, type Triple, type Volume, type VolumeGrid, type VoxelArray } from './volume'

const HEADER_BYTES = 348
/** Header and the four bytes that say that no extension follows. */
const DATA_OFFSET = 352
const MILLIMETRES = 2
const SCANNER_SPACE = 1
/** Of `descrip`, but for the zero that ends it. */
const DESCRIPTION_BYTES = 79
/** Of a voxel: the forms of a file still place a volume that lies no farther from where they say. */
const SAME_PLACE = 1e-3
/** What earlier versions wrote of a volume without a place had codes above 0, and these words in `descrip`. */
export const CARRIES_NO_SPACING = 'DualSeg; source carries no spacing'

/**
 * A volume as an uncompressed NIfTI-1 file (`.nii`).
 *
 * Positions are turned from LPS to NIfTI's RAS. A volume that came from a NIfTI file and still lies where that placed it keeps the qform and the sform of that
 * file, whatever they say. One without known spacing has no unit, one without a place has codes 0.
 *
 * @param options.description into `descrip`, which keeps 79 characters @default 'DualSeg'
 *
 * Source: the NIfTI-1.1 header, nifti1.h of the NIfTI Data Format Working Group.
 *
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function encodeNifti(volume: Volume, options: { description?: string } = {}): Uint8Array<ArrayBuffer> {
  checkVolume(volume, 'encodeNifti')
  const { data, size } = volume
  const bytes = new Uint8Array(DATA_OFFSET + data.byteLength)
  const header = new DataView(bytes.buffer)
  const { code, bits } = nifti(data)
  const forms = keptForms(volume) ?? formsOf(volume)
  const reals = (at: number, values: readonly number[]) => {
    values.forEach((value, i) => {
      header.setFloat32(at + 4 * i, value, true)
    })
  }
  header.setInt32(0, HEADER_BYTES, true)
  const dim = [3, ...size, 1, 1, 1, 1]
  dim.forEach((n, i) => {
    header.setInt16(40 + 2 * i, n, true)
  })
  header.setInt16(70, code, true)
  header.setInt16(72, bits, true)
  reals(76, forms.pixdim)
  header.setFloat32(108, DATA_OFFSET, true)
  header.setFloat32(112, 1, true)
  bytes[123] = forms.unit
  const isOpen = forms.unit === 0 && forms.qformCode === 0 && forms.sformCode === 0
  const description = options.description ?? (isOpen ? `${CARRIES_NO_SPACING}: 1 is one voxel` : 'DualSeg')
  bytes.set(new TextEncoder().encode(asciiLine(description)).subarray(0, DESCRIPTION_BYTES), 148)
  header.setInt16(252, forms.qformCode, true)
  header.setInt16(254, forms.sformCode, true)
  reals(256, forms.quaternion)
  reals(268, forms.offset)
  reals(280, forms.srow.flat())
  bytes.set([0x6e, 0x2b, 0x31, 0], 344)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), DATA_OFFSET)
  return bytes
}

/** The forms that a volume brought along, if they place it where it is: what was done to it since may have moved it. */
function keptForms(volume: Volume): NiftiForms | undefined {
  const { nifti: forms, size } = volume
  if (forms === undefined) return undefined
  const placed = placeByForms(forms, size, forms.pixdim.slice(1) as Triple)
  if (typeof placed === 'string') return undefined
  const { grid } = placed
  const isPlaced = (one: VolumeGrid) => directionOf(one) !== undefined
  const isSame = isPlaced(grid) === isPlaced(volume) && (grid.spacingUnit ?? 'mm') === (volume.spacingUnit ?? 'mm')
  return isSame && cornerDistance(grid, volume) <= SAME_PLACE * Math.min(...volume.spacing) ? forms : undefined
}

/** Both forms with a place, alike, as ITK writes them. */
function formsOf(volume: Volume): NiftiForms {
  const { spacing } = volume
  const isPlaced = directionOf(volume) !== undefined
  const rows = rasRows(volume)
  const { quaternion, handedness } = quaternionOf(rows, spacing)
  const code = isPlaced ? SCANNER_SPACE : 0
  return {
    unit: (volume.spacingUnit ?? 'mm') === 'mm' ? MILLIMETRES : 0,
    pixdim: [isPlaced ? handedness : 1, ...spacing],
    qformCode: code,
    sformCode: code,
    quaternion: isPlaced ? quaternion : [0, 0, 0],
    offset: isPlaced ? (rows.map((row) => row[3]!) as Triple) : [0, 0, 0],
    srow: isPlaced ? rows : rows.map(() => [0, 0, 0, 0]),
  }
}

function nifti(data: VoxelArray): { code: number; bits: number } {
  if (data instanceof Uint8Array) return { code: 2, bits: 8 }
  if (data instanceof Int16Array) return { code: 4, bits: 16 }
  if (data instanceof Int32Array) return { code: 8, bits: 32 }
  return { code: 16, bits: 32 }
}

/** Voxel index to RAS position, three rows of four; LPS to RAS negates x and y. */
function rasRows({ spacing, origin = [0, 0, 0], direction = [1, 0, 0, 0, 1, 0, 0, 0, 1] }: Volume): number[][] {
  return [-1, -1, 1].map((sign, row) =>
    [...[0, 1, 2].map((axis) => sign * direction[3 * row + axis]! * spacing[axis]!), sign * origin[row]!].map(plus),
  )
}

/** -0 and 0 are different bytes. */
function plus(value: number): number {
  return value === 0 ? 0 : value
}

/** The rotation of the rows as NIfTI's quaternion (b, c, d), with `handedness` -1 if the axes are mirrored. */
function quaternionOf(rows: readonly number[][], spacing: Readonly<Triple>): { quaternion: Triple; handedness: 1 | -1 } {
  const r = rows.map((row) => [row[0]! / spacing[0], row[1]! / spacing[1], row[2]! / spacing[2]])
  const at = (i: number, j: number) => r[i]![j]!
  const determinant =
    at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) -
    at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) +
    at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
  const handedness = determinant < 0 ? -1 : 1
  if (handedness < 0) for (const row of r) row[2] = -row[2]!
  // Of the four equivalent forms the one that divides by the largest part.
  const squares = [
    1 + at(0, 0) + at(1, 1) + at(2, 2),
    1 + at(0, 0) - at(1, 1) - at(2, 2),
    1 - at(0, 0) + at(1, 1) - at(2, 2),
    1 - at(0, 0) - at(1, 1) + at(2, 2),
  ]
  const largest = squares.indexOf(Math.max(...squares))
  const s = 2 * Math.sqrt(squares[largest]!)
  const [x, y, z] = [at(2, 1) - at(1, 2), at(0, 2) - at(2, 0), at(1, 0) - at(0, 1)]
  const [xy, xz, yz] = [at(0, 1) + at(1, 0), at(0, 2) + at(2, 0), at(1, 2) + at(2, 1)]
  const forms = [
    [s / 4, x / s, y / s, z / s],
    [x / s, s / 4, xy / s, xz / s],
    [y / s, xy / s, s / 4, yz / s],
    [z / s, xz / s, yz / s, s / 4],
  ]
  const [a, b, c, d] = forms[largest]! as [number, number, number, number]
  const sign = a < 0 ? -1 : 1
  return { quaternion: [plus(sign * b), plus(sign * c), plus(sign * d)], handedness }
}
