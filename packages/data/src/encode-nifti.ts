import { checkVolume, type Triple, type Volume, type VoxelArray } from './volume'

const HEADER_BYTES = 348
/** Header and the four bytes that say that no extension follows. */
const DATA_OFFSET = 352
const MILLIMETRES = 2
const SCANNER_SPACE = 1

/**
 * A volume as an uncompressed NIfTI-1 file (`.nii`).
 *
 * Positions are turned from LPS to NIfTI's RAS. A volume without known spacing says so in the header: units unknown, and in words in `descrip`.
 *
 * Source: the NIfTI-1.1 header, nifti1.h of the NIfTI Data Format Working Group.
 *
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function encodeNifti(volume: Volume): Uint8Array<ArrayBuffer> {
  checkVolume(volume, 'encodeNifti')
  const { data, size, spacing } = volume
  const isMillimetres = (volume.spacingUnit ?? 'mm') === 'mm'
  const bytes = new Uint8Array(DATA_OFFSET + data.byteLength)
  const header = new DataView(bytes.buffer)
  const { code, bits } = nifti(data)
  header.setInt32(0, HEADER_BYTES, true)
  const dim = [3, ...size, 1, 1, 1, 1]
  dim.forEach((n, i) => {
    header.setInt16(40 + 2 * i, n, true)
  })
  header.setInt16(70, code, true)
  header.setInt16(72, bits, true)
  const rows = rasRows(volume)
  const { quaternion, handedness } = quaternionOf(rows, spacing)
  const pixdim = [handedness, ...spacing, 0, 0, 0, 0]
  pixdim.forEach((step, i) => {
    header.setFloat32(76 + 4 * i, step, true)
  })
  header.setFloat32(108, DATA_OFFSET, true)
  header.setFloat32(112, 1, true)
  bytes[123] = isMillimetres ? MILLIMETRES : 0
  bytes.set(
    new TextEncoder().encode(isMillimetres ? 'DualSeg' : 'DualSeg; source carries no spacing: 1 is one voxel').subarray(0, 79),
    148,
  )
  header.setInt16(252, SCANNER_SPACE, true)
  header.setInt16(254, SCANNER_SPACE, true)
  quaternion.forEach((part, i) => {
    header.setFloat32(256 + 4 * i, part, true)
  })
  rows.forEach((row, i) => {
    header.setFloat32(268 + 4 * i, row[3]!, true)
    row.forEach((entry, j) => {
      header.setFloat32(280 + 16 * i + 4 * j, entry, true)
    })
  })
  bytes.set([0x6e, 0x2b, 0x31, 0], 344)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), DATA_OFFSET)
  return bytes
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
