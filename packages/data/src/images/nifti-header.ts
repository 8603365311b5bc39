import { CARRIES_NO_SPACING } from '../encode-nifti'
import { type NiftiForms, placeByForms } from '../nifti-forms'
import type { Triple } from '../volume'
import { type ImageHeader, type Refuse, threeAxes, threeSpacings } from './image-header'
import { latin1Text } from './latin1-text'
import type { Scale, StoredType } from './stored-voxels'

/** Bytes that hold the header of either version. */
export const NIFTI_HEADER_BYTES = 560

/** Where the two versions keep what matters here, and in how many bytes a whole number and a real one. */
const VERSIONS = {
  348: {
    magic: 344,
    dim: 40,
    whole: 2,
    datatype: 70,
    pixdim: 76,
    real: 4,
    offset: 108,
    scale: 112,
    units: 123,
    descrip: 148,
    codes: 252,
    code: 2,
    quaternion: 256,
    srow: 280,
    least: 352,
  },
  540: {
    magic: 4,
    dim: 16,
    whole: 8,
    datatype: 12,
    pixdim: 104,
    real: 8,
    offset: 168,
    scale: 176,
    units: 500,
    descrip: 240,
    codes: 344,
    code: 4,
    quaternion: 352,
    srow: 400,
    least: 544,
  },
} as const

/** Real scalar types by their NIfTI code. */
const TYPES: Record<number, StoredType> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
}

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
  const whole = (place: number) => (at.whole === 2 ? view.getInt16(place, little) : Number(view.getBigInt64(place, little)))
  const real = (place: number) => (at.real === 4 ? view.getFloat32(place, little) : view.getFloat64(place, little))
  const reals = (place: number, count: number) => Array.from({ length: count }, (_, i) => real(place + i * at.real))
  const code = (place: number) => (at.code === 2 ? view.getInt16(place, little) : view.getInt32(place, little))
  const axes = whole(at.dim)
  if (axes < 1 || axes > 7) throw refuse(`claims ${axes} axes; the header is damaged`)
  const sizes = Array.from({ length: axes }, (_, axis) => whole(at.dim + (axis + 1) * at.whole))
  const size = threeAxes(sizes, refuse, true)
  const volumes = sizes[3] ?? 1
  const spacing = threeSpacings(reals(at.pixdim + at.real, Math.min(axes, 3)), refuse)
  const datatype = view.getInt16(at.datatype, little)
  const type = TYPES[datatype]
  if (type === undefined)
    throw refuse(`has data type ${datatype}, expected one real number a voxel (not colours, vectors or complex numbers)`)
  const offset = at.whole === 2 ? view.getFloat32(at.offset, little) : Number(view.getBigInt64(at.offset, little))
  if (!Number.isInteger(offset) || offset < at.least)
    throw refuse(`says that voxels start at byte ${offset}, expected ${at.least} or more`)
  const saysNoPlace = latin1Text(bytes.subarray(at.descrip, at.descrip + 80)).startsWith(CARRIES_NO_SPACING)
  const rows = reals(at.srow, 12)
  const forms: NiftiForms = {
    unit: (at.whole === 2 ? bytes[at.units]! : view.getInt32(at.units, little)) & 7,
    pixdim: [real(at.pixdim), ...(reals(at.pixdim + at.real, 3) as Triple)],
    qformCode: saysNoPlace ? 0 : code(at.codes),
    sformCode: saysNoPlace ? 0 : code(at.codes + at.code),
    quaternion: reals(at.quaternion, 3) as Triple,
    offset: reals(at.quaternion + 3 * at.real, 3) as Triple,
    srow: [rows.slice(0, 4), rows.slice(4, 8), rows.slice(8)],
  }
  const place = placeByForms(forms, size, spacing)
  if (typeof place === 'string') throw refuse(place)
  const scale = readScale(real(at.scale), real(at.scale + at.real), refuse)
  return {
    ...place,
    ...(volumes > 1 && { volumes }),
    type,
    order: little ? 'little' : 'big',
    ...(scale && { scale }),
    voxels: { offset },
    nifti: forms,
  }
}

/** A slope of 0 means that values are as they are stored, whatever the intercept; so do NaN and infinity, as nibabel has it. */
function readScale(slope: number, intercept: number, refuse: Refuse): Scale | undefined {
  if (slope === 0 || !Number.isFinite(slope) || (slope === 1 && intercept === 0)) return undefined
  if (!Number.isFinite(intercept)) throw refuse(`scales voxels by ${slope} and ${intercept}, expected finite numbers`)
  return { slope, intercept }
}
