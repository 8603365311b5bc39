import { found, metricsError } from './errors.js'
import type { LabelMap, Mask, MaskData } from './mask.js'

/** Geometry written by two programs agrees to about this, relative to the spacing. */
const GEOMETRY_TOLERANCE = 1e-6

/**
 * The voxels of a mask as bytes 0 and 1, after checking size and values.
 *
 * The result may share memory with the mask; it always begins at a multiple of four bytes.
 *
 * @param where function and argument, for the message
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE
 */
export function maskBytes(mask: Mask, where: string): Uint8Array {
  checkSize(mask, where)
  const { data } = mask
  if (data.BYTES_PER_ELEMENT > 1) return binaryBytes(data, where)
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length)
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  if (hasOtherBits(aligned)) refuseValue(data, where)
  return aligned
}

/** Two masks as bytes 0 and 1 with the spacing to measure in. @throws DUALSEG_SHAPE, DUALSEG_VALUE */
export function binaryPair(
  prediction: Mask,
  reference: Mask,
  asked: readonly number[] | 'voxel' | undefined,
  where: string,
): { maps: readonly [Uint8Array, Uint8Array]; spacing: number[] } {
  const maps = [maskBytes(prediction, `${where}: prediction`), maskBytes(reference, `${where}: reference`)] as const
  checkSameSpace(prediction, reference, where)
  return { maps, spacing: resolveSpacing(prediction, reference, asked, where) }
}

/** Checks that two masks lie in the same space. @throws DUALSEG_SHAPE, DUALSEG_VALUE */
export function checkSameSpace(prediction: LabelMap, reference: LabelMap, where: string): void {
  const sizes = [prediction.size, reference.size].map((size) => `[${[...size].join(',')}]`)
  if (sizes[0] !== sizes[1]) {
    throw metricsError('DUALSEG_SHAPE', `${where}: prediction ${sizes[0]} and reference ${sizes[1]} differ in size; resample one`)
  }
  const tolerance = GEOMETRY_TOLERANCE * Math.max(1, ...(isNumbers(reference.spacing) ? reference.spacing : []))
  checkAlike(prediction.origin, reference.origin, tolerance, `${where}: origins`)
  checkAlike(prediction.direction, reference.direction, GEOMETRY_TOLERANCE, `${where}: directions`)
}

/**
 * Spacing to measure with: the one asked for, else the masks' own, else 1.
 *
 * @throws DUALSEG_VALUE if it is not finite and positive, or if the masks disagree and none was asked for
 */
export function resolveSpacing(
  prediction: LabelMap,
  reference: LabelMap,
  asked: readonly number[] | 'voxel' | undefined,
  where: string,
): number[] {
  const axes = reference.size.length
  if (asked === 'voxel') return new Array<number>(axes).fill(1)
  if (asked !== undefined) return checkSpacing(asked, axes, `${where}: spacing`)
  const own = [prediction, reference].map((mask, k) =>
    mask.spacing === undefined
      ? undefined
      : checkSpacing(mask.spacing, axes, `${where}: spacing of the ${k === 0 ? 'prediction' : 'reference'}`),
  )
  if (own[0] === undefined && own[1] === undefined) return new Array<number>(axes).fill(1)
  if (own[0] === undefined || own[1] === undefined) {
    const known = own[0] === undefined ? 'reference' : 'prediction'
    throw metricsError(
      'DUALSEG_VALUE',
      `${where}: only the ${known} has a spacing ([${own[0] ?? own[1]}]); give it to both, or pass options.spacing ('voxel' for voxel units)`,
    )
  }
  checkAlike(own[0], own[1], GEOMETRY_TOLERANCE * Math.max(...own[1]), `${where}: spacings`)
  return own[1]
}

/** @throws DUALSEG_SHAPE, DUALSEG_VALUE for data that is no typed array of numbers or does not fill its size */
export function checkSize(mask: LabelMap, where: string): void {
  if (typeof mask !== 'object' || mask === null) {
    throw metricsError('DUALSEG_VALUE', `${where} is ${found(mask)}, expected { data, size }, as an itk-wasm Image has them`)
  }
  const { size, data } = mask
  if (!ArrayBuffer.isView(data) || !('length' in data)) {
    throw metricsError('DUALSEG_VALUE', `${where}: data is no typed array but ${found(data)}`)
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw metricsError('DUALSEG_VALUE', `${where}: data holds 64-bit integers; convert them, e.g. Int32Array.from(data, Number)`)
  }
  if (!isNumbers(size)) throw metricsError('DUALSEG_SHAPE', `${where}: size is ${found(size)}, expected [nx, ny, nz]`)
  if (size.length !== 2 && size.length !== 3) {
    throw metricsError('DUALSEG_SHAPE', `${where}: size [${size}] has ${size.length} axes; 2 or 3 were expected, as [nx, ny, nz]`)
  }
  if (!size.every((n) => Number.isInteger(n) && n > 0)) {
    throw metricsError('DUALSEG_SHAPE', `${where}: size [${size}] must be whole numbers above 0`)
  }
  const voxels = size.reduce((product, n) => product * n, 1)
  if (data.length !== voxels) {
    throw metricsError('DUALSEG_SHAPE', `${where}: data holds ${data.length} voxels, but size [${size}] makes ${voxels}`)
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return (
    (Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)) &&
    Array.from(value as number[]).every((n) => typeof n === 'number')
  )
}

function checkSpacing(spacing: readonly number[], axes: number, what: string): number[] {
  if (!isNumbers(spacing))
    throw metricsError('DUALSEG_VALUE', `${what} is ${found(spacing)}, expected a number an axis or 'voxel'`)
  if (spacing.length !== axes) {
    throw metricsError('DUALSEG_SHAPE', `${what}: [${spacing}] has ${spacing.length} values, the masks have ${axes} axes`)
  }
  if (!spacing.every((s) => Number.isFinite(s) && s > 0)) {
    throw metricsError('DUALSEG_VALUE', `${what}: [${spacing}] must be finite and above 0`)
  }
  return [...spacing]
}

function checkAlike(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, tolerance: number, what: string): void {
  for (const [which, one] of [
    ['prediction', a],
    ['reference', b],
  ] as const) {
    if (one === undefined || isNumbers(one)) continue
    throw metricsError('DUALSEG_VALUE', `${what}: the ${which} has ${found(one)}, expected numbers`)
  }
  if (a === undefined || b === undefined) return
  const [first, second] = [Array.from(a), Array.from(b)]
  // Written so that NaN counts as different.
  if (first.length === second.length && first.every((value, k) => Math.abs(value - second[k]!) <= tolerance)) return
  throw metricsError('DUALSEG_VALUE', `${what} differ: prediction [${first}], reference [${second}]`)
}

/** True if any byte is neither 0 nor 1: four at a time, since volumes have millions. */
function hasOtherBits(bytes: Uint8Array): boolean {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2)
  let bits = 0
  for (let i = 0; i < words.length; i++) bits |= words[i]!
  for (let i = words.length << 2; i < bytes.length; i++) bits |= bytes[i]!
  return (bits & 0xfefefefe) !== 0
}

function binaryBytes(data: MaskData, where: string): Uint8Array {
  const bytes = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value === 1) bytes[i] = 1
    else if (value !== 0) refuseValue(data, where)
  }
  return bytes
}

function refuseValue(data: MaskData, where: string): never {
  let index = 0
  while (data[index] === 0 || data[index] === 1) index++
  const advice = Number.isNaN(data[index]) ? 'clean it first' : 'compare one label at a time, e.g. value === label ? 1 : 0'
  throw metricsError('DUALSEG_VALUE', `${where}: value ${data[index]} at index ${index}, only 0 and 1 were expected; ${advice}`)
}
