import { type ImageHeader, type Refuse, threeAxes, threeSpacings } from './image-header'

/** Bytes that hold the header of either version. */
export const NIFTI_HEADER_BYTES = 560

/** Where the two versions keep what matters here. */
const VERSIONS = {
  348: {
    magic: 344,
    dim: 40,
    dimBytes: 2,
    datatype: 70,
    pixdim: 76,
    pixdimBytes: 4,
    offset: 108,
    scale: 112,
    units: 123,
    least: 352,
  },
  540: {
    magic: 4,
    dim: 16,
    dimBytes: 8,
    datatype: 12,
    pixdim: 104,
    pixdimBytes: 8,
    offset: 168,
    scale: 176,
    units: 500,
    least: 544,
  },
} as const

/** Real scalar types by their NIfTI code. */
const VOXEL_BYTES: Record<number, number> = { 2: 1, 4: 2, 8: 4, 16: 4, 64: 8, 256: 1, 512: 2, 768: 4, 1024: 8, 1280: 8 }

/**
 * Reads a NIfTI-1 or NIfTI-2 header of either byte order.
 *
 * Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.
 *
 * @param bytes the file's first `NIFTI_HEADER_BYTES`, decompressed, or all of a shorter one
 */
export function readNiftiHeader(bytes: Uint8Array, refuse: Refuse): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes.length >= 4 && view.getInt32(0, true) in VERSIONS
  const length = bytes.length >= 4 ? view.getInt32(0, little) : 0
  if (!(length in VERSIONS) || bytes.length < length) throw refuse('is not a NIfTI file, or its header is cut off')
  const at = VERSIONS[length as keyof typeof VERSIONS]
  const magic = String.fromCharCode(...bytes.subarray(at.magic, at.magic + 3))
  if (magic !== 'n+1' && magic !== 'n+2')
    throw refuse(`has magic «${magic}», expected header and voxels in one file («n+1» or «n+2»)`)
  const whole = (place: number) => (at.dimBytes === 2 ? view.getInt16(place, little) : Number(view.getBigInt64(place, little)))
  const real = (place: number) => (at.pixdimBytes === 4 ? view.getFloat32(place, little) : view.getFloat64(place, little))
  const axes = whole(at.dim)
  if (axes < 1 || axes > 7) throw refuse(`claims ${axes} axes; the header is damaged`)
  const along = (n: number) => Array.from({ length: n }, (_, axis) => axis + 1)
  const size = threeAxes(
    along(axes).map((axis) => whole(at.dim + axis * at.dimBytes)),
    refuse,
  )
  const spacing = threeSpacings(
    along(Math.min(axes, 3)).map((axis) => real(at.pixdim + axis * at.pixdimBytes)),
    refuse,
  )
  const datatype = view.getInt16(at.datatype, little)
  const voxelBytes = VOXEL_BYTES[datatype]
  if (voxelBytes === undefined)
    throw refuse(`has data type ${datatype}, expected one real number a voxel (not colours, vectors or complex numbers)`)
  const offset = at.dimBytes === 2 ? view.getFloat32(at.offset, little) : Number(view.getBigInt64(at.offset, little))
  if (!Number.isInteger(offset) || offset < at.least)
    throw refuse(`says that voxels start at byte ${offset}, expected ${at.least} or more`)
  const [slope, intercept] = [real(at.scale), real(at.scale + at.pixdimBytes)]
  if (!Number.isFinite(slope) || !Number.isFinite(intercept))
    throw refuse(`scales voxels by ${slope} and ${intercept}, expected finite numbers`)
  const unit = (at.dimBytes === 2 ? bytes[at.units]! : view.getInt32(at.units, little)) & 7
  // Many writers leave the unit open and mean mm; spacing 1, 1, 1 without a unit is what a file without spacing looks like.
  const isOpen = unit === 0 && spacing.every((step) => step === 1)
  const toMillimetres = unit === 1 ? 1000 : unit === 3 ? 0.001 : 1
  return {
    size,
    spacing: [spacing[0] * toMillimetres, spacing[1] * toMillimetres, spacing[2] * toMillimetres],
    spacingUnit: isOpen ? 'voxel' : 'mm',
    voxelBytes,
    ...(datatype === 16 || datatype === 64 ? { testFloats: little ? ('little' as const) : ('big' as const) } : {}),
    voxels: { offset },
  }
}
