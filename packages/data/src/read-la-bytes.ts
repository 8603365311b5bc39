import { dataError } from './data-error'
import { chunkIndexFault } from './h5-chunk-index'
import { sha256Hex } from './sha256'
import { fromTensorOrder } from './tensor-order'
import type { ImageVolume, LabelVolume, Triple, VoxelArray } from './volume'

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

/** An axis longer than this, or more voxels than 512 x 512 x 256, is a broken header and not a heart. */
const LONGEST_AXIS = 1024
const MOST_VOXELS = 512 * 512 * 256
/** Deflate cannot make more than 1032 bytes out of one. */
const DEFLATE_LIMIT = 1032
const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

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
  if (HDF5_SIGNATURE.some((byte, at) => bytes[at] !== byte)) throw refuse(`not an HDF5 file (${bytes.length} bytes)`)
  if (options.sha256 !== undefined) {
    const found = await sha256Hex(bytes)
    if (found !== options.sha256.toLowerCase()) throw refuse(`SHA-256 is ${found}, expected ${options.sha256}`)
  }
  const { File, ready } = await import('h5wasm')
  const { FS, activate_throwing_error_handler } = await ready
  // Off, the library prints errors of the HDF5 layer, broken chunk checksums among them, and returns what is in the buffer.
  activate_throwing_error_handler()
  const path = `/${options.id.replace(/[^\w.-]/g, '_')}.h5`
  FS.writeFile(path, bytes)
  try {
    const file = new File(path, 'r')
    try {
      return readParts(file, bytes, options, refuse)
    } finally {
      file.close()
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    throw refuse(`the file is damaged or truncated (${reason(error)})`, error)
  } finally {
    FS.unlink(path)
  }
}

type Refuse = (found: string, cause?: unknown) => Error
type H5File = InstanceType<typeof import('h5wasm')['File']>

function readParts(file: H5File, bytes: Uint8Array, options: ReadLaOptions, refuse: Refuse): LaParts {
  const image = describe(file, 'image', 'float32', bytes.length, refuse)
  const label = describe(file, 'label', 'uint8', bytes.length, refuse)
  const size = image.shape
  if (size.some((n, axis) => n !== label.shape[axis])) throw refuse(`image [${size}] and label [${label.shape}] differ in shape`)
  if (options.sha256 === undefined) {
    const open = [image, label].find(({ checked }) => !checked)
    if (open)
      throw refuse(
        `«${open.name}» is stored without checksums, so damage could not be seen; give its SHA-256, or store it with deflate`,
      )
    const fault = chunkIndexFault(bytes, [image, label] as Parameters<typeof chunkIndexFault>[1])
    if (fault) throw refuse(`the file is damaged: ${fault}`)
  }
  const geometry = (): Pick<ImageVolume, 'size' | 'spacing' | 'spacingUnit'> => ({
    size: [...size],
    spacing: [1, 1, 1],
    spacingUnit: 'voxel',
  })
  const parts: LaParts = { id: options.id, size }
  if (options.image ?? true) {
    const voxels = image.read(Float32Array)
    const wrong = voxels.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0) throw refuse(`image voxel ${wrong} is ${voxels[wrong]}, expected finite numbers`)
    parts.image = { data: fromTensorOrder(voxels, size, { shared: options.shared ?? false }), ...geometry() }
  }
  if (options.label ?? true) {
    const voxels = label.read(Uint8Array)
    const wrong = voxels.findIndex((value) => value > 1)
    if (wrong >= 0) throw refuse(`label voxel ${wrong} is ${voxels[wrong]}, expected only 0 and 1`)
    if (!voxels.includes(1)) throw refuse('the label has no foreground')
    parts.label = { data: fromTensorOrder(voxels, size, { shared: options.shared ?? false }), ...geometry() }
  }
  return parts
}

const TYPES = { float32: { dtype: '<f', bytes: 4 }, uint8: { dtype: '<B', bytes: 1 } }

function describe(file: H5File, name: string, type: keyof typeof TYPES, fileBytes: number, refuse: Refuse) {
  const names = file.keys()
  if (!names.includes(name))
    throw refuse(`holds ${names.map((n) => `«${n}»`).join(', ') || 'nothing'}, expected datasets «image» and «label»`)
  const dataset = file.get(name)
  if (!dataset || !('shape' in dataset) || !('filters' in dataset)) throw refuse(`«${name}» is not a dataset`)
  const { dtype, metadata, shape } = dataset
  if (dtype !== TYPES[type].dtype || metadata.size !== TYPES[type].bytes) {
    throw refuse(`«${name}» has type ${JSON.stringify(dtype)} of ${metadata.size} bytes, expected ${type}`)
  }
  if (shape?.length !== 3) throw refuse(`«${name}» has shape [${shape}], expected three axes x, y, z`)
  const voxels = shape.reduce((product, n) => product * n, 1)
  if (
    shape.some((n) => n < 1 || n > LONGEST_AXIS) ||
    voxels > MOST_VOXELS ||
    voxels * TYPES[type].bytes > fileBytes * DEFLATE_LIMIT
  ) {
    throw refuse(`«${name}» claims shape [${shape}], which ${fileBytes} bytes of file cannot hold`)
  }
  const hasDeflate = dataset.filters.some((filter) => filter.name === 'deflate')
  return {
    name,
    shape: shape as Triple,
    chunk: metadata.chunks as Triple | null,
    checked: hasDeflate && metadata.chunks !== null,
    read<T extends VoxelArray>(Type: new (length: number) => T): T {
      const values: unknown = dataset.value
      if (!(values instanceof Type) || values.length !== voxels) throw refuse(`«${name}» did not give its ${voxels} voxels`)
      return values
    },
  }
}

/** The line of HDF5's error stack that says most, which is its deepest. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const said = text.match(/\(\): .+/g)?.map((line) => line.slice(4))
  return said?.at(-1) ?? text.split('\n')[0]!
}
