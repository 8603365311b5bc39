import { dataError } from './data-error'
import { type H5File, openH5 } from './h5-file'
import { sha256Hex } from './sha256'
import { fromTensorOrder } from './tensor-order'
import type { ImageVolume, LabelVolume, Triple } from './volume'

export interface ReadLaOptions {
  /** Case id, for messages. */
  id: string
  /** SHA-256 (hex) that the file must have. */
  sha256?: string
  /** @default true */
  image?: boolean
  /** Without, not one voxel of the label is read. @default true */
  label?: boolean
  /** Put voxels into SharedArrayBuffers. @default false */
  shared?: boolean
}

export interface LaParts {
  id: string
  /** Voxels along x, y, z. */
  size: Triple
  image?: ImageVolume
  label?: LabelVolume
}

/**
 * Reads one Left Atrium file (`mri_norm2.h5`: `image` float32 and `label` uint8 of 0 and 1, axes x, y, z with z fastest, deflate).
 *
 * The library behind it (h5wasm) returns wrong voxels without an error for several kinds of damage; so the file's SHA-256 is tested where it is known,
 * else chunk checksums and the chunk index. The files carry no spacing: volumes have spacing 1, 1, 1 with unit `voxel`.
 *
 * @throws DUALSEG_DATA naming the case, what was found, what was expected, and what to do
 */
export async function readLaBytes(bytes: Uint8Array, options: ReadLaOptions): Promise<LaParts> {
  const refuse = (found: string, cause?: unknown) =>
    dataError(`LA case ${options.id}: ${found}; get the file again`, cause === undefined ? {} : { cause })
  if (options.sha256 !== undefined) {
    const found = await sha256Hex(bytes)
    if (found !== options.sha256.toLowerCase()) throw refuse(`SHA-256 is ${found}, expected ${options.sha256}`)
  }
  return openH5(bytes, refuse, (file) => readParts(file, options, refuse), ['image', 'label'])
}

function readParts(file: H5File, options: ReadLaOptions, refuse: (found: string) => Error): LaParts {
  const image = file.dataset('image', ['float32'])
  const label = file.dataset('label', ['uint8'])
  const size = image.shape
  if (size.some((n, axis) => n !== label.shape[axis])) throw refuse(`image [${size}] and label [${label.shape}] differ in shape`)
  if (options.sha256 === undefined) file.refuseUnguarded([image, label])
  const geometry = (): Pick<ImageVolume, 'size' | 'spacing' | 'spacingUnit'> => ({
    size: [...size],
    spacing: [1, 1, 1],
    spacingUnit: 'voxel',
  })
  const shared = options.shared ?? false
  const parts: LaParts = { id: options.id, size }
  if (options.image ?? true) {
    parts.image = { data: fromTensorOrder(image.read() as Float32Array, size, { shared }), ...geometry() }
  }
  if (options.label ?? true) {
    const voxels = label.read() as Uint8Array
    const wrong = voxels.findIndex((value) => value > 1)
    if (wrong >= 0) throw refuse(`label voxel ${wrong} is ${voxels[wrong]}, expected only 0 and 1`)
    if (!voxels.includes(1)) throw refuse('the label has no foreground')
    parts.label = { data: fromTensorOrder(voxels, size, { shared }), ...geometry() }
  }
  return parts
}
