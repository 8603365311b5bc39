import { chunkIndexFault } from './h5-chunk-index'
import { narrowVoxels } from './narrow-voxels'
import { type Triple, type VoxelArray, voxelCount } from './volume'

/** Stored types by the library's letter, of either byte order, and by bytes. */
const TYPES = [
  { type: 'float32', letter: 'f', bytes: 4, Stored: Float32Array },
  { type: 'float64', letter: 'd', bytes: 8, Stored: Float64Array },
  { type: 'uint8', letter: 'B', bytes: 1, Stored: Uint8Array },
  { type: 'int16', letter: 'h', bytes: 2, Stored: Int16Array },
  { type: 'int32', letter: 'i', bytes: 4, Stored: Int32Array },
  { type: 'int8', letter: 'b', bytes: 1, Stored: Int8Array },
  { type: 'uint16', letter: 'H', bytes: 2, Stored: Uint16Array },
  { type: 'uint32', letter: 'I', bytes: 4, Stored: Uint32Array },
  { type: 'int64', letter: 'q', bytes: 8, Stored: BigInt64Array },
  { type: 'uint64', letter: 'Q', bytes: 8, Stored: BigUint64Array },
  { type: 'bool', letter: 'bool', bytes: 1, Stored: Int8Array },
] as const

export type H5Type = (typeof TYPES)[number]['type']

/** A dataset of three axes x, y, z, z fastest. */
export interface H5Dataset {
  name: string
  type: H5Type
  shape: Triple
  /** Voxels in the file's order, all finite, in the narrowest type of a volume that holds them. */
  read(): VoxelArray
}

export interface H5File {
  /** @param types that are allowed @default all that are read */
  dataset(name: string, types?: readonly H5Type[]): H5Dataset
  /** Refuses datasets whose damage can be seen. */
  refuseDamaged(datasets: readonly H5Dataset[]): void
  /** Refuses also those whose damage could not be seen. */
  refuseUnguarded(datasets: readonly H5Dataset[]): void
}

/** An axis longer than this, or more voxels than 512 x 512 x 1024, is a broken header and not a scan. */
const LONGEST_AXIS = 8192
const MOST_VOXELS = 2 ** 28
/** Deflate cannot make more than 1032 bytes out of one. */
const DEFLATE_LIMIT = 1032
/** What the library undoes. */
const FILTERS = ['deflate', 'shuffle', 'fletcher32']
const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

type Refuse = (found: string, cause?: unknown) => Error
type LibraryFile = InstanceType<typeof import('h5wasm')['File']>
type Stored = H5Dataset & { chunk: Triple | null; isChecked: boolean }

/**
 * Hands an HDF5 file to `read` and closes it.
 *
 * The library behind it (h5wasm) returns wrong voxels without an error for several kinds of damage, so what it gives is tested: see `refuseUnguarded`.
 *
 * @param expected names for the message that lists what is there instead
 */
export async function openH5<T>(
  bytes: Uint8Array,
  refuse: Refuse,
  read: (file: H5File) => T,
  expected?: readonly string[],
): Promise<T> {
  if (HDF5_SIGNATURE.some((byte, at) => bytes[at] !== byte)) throw refuse(`not an HDF5 file (${bytes.length} bytes)`)
  const { File, ready } = await import('h5wasm')
  const { FS, activate_throwing_error_handler } = await ready
  // Off, the library prints errors of the HDF5 layer, broken chunk checksums among them, and returns what is in the buffer.
  activate_throwing_error_handler()
  FS.writeFile('/open.h5', bytes)
  try {
    const file = new File('/open.h5', 'r')
    try {
      return read({
        dataset: (name, types) => describe(file, name, types, expected ?? [name], bytes.length, refuse),
        refuseDamaged: (datasets) => refuseDamaged(datasets as readonly Stored[], bytes, refuse),
        refuseUnguarded: (datasets) => refuseUnguarded(datasets as readonly Stored[], bytes, refuse),
      })
    } finally {
      file.close()
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'DUALSEG_DATA') throw error
    throw refuse(`the file is damaged or truncated (${reason(error)})`, error)
  } finally {
    FS.unlink('/open.h5')
  }
}

function refuseUnguarded(datasets: readonly Stored[], bytes: Uint8Array, refuse: Refuse): void {
  const open = datasets.find(({ isChecked }) => !isChecked)
  if (open) {
    throw refuse(
      `«${open.name}» is stored without checksums, so damage could not be seen; give its SHA-256, or store it with deflate`,
    )
  }
  refuseDamaged(datasets, bytes, refuse)
}

function refuseDamaged(datasets: readonly Stored[], bytes: Uint8Array, refuse: Refuse): void {
  const chunked = datasets.filter((one): one is Stored & { chunk: Triple } => one.chunk !== null)
  const fault = chunked.length > 0 ? chunkIndexFault(bytes, chunked) : null
  if (fault) throw refuse(`the file is damaged: ${fault}`)
}

function describe(
  file: LibraryFile,
  name: string,
  types: readonly H5Type[] | undefined,
  expected: readonly string[],
  fileBytes: number,
  refuse: Refuse,
): Stored {
  const quoted = (names: readonly string[], and: string) => names.map((n) => `«${n}»`).join(and)
  const names = file.keys()
  if (!names.includes(name)) {
    throw refuse(
      `holds ${quoted(names, ', ') || 'nothing'}, expected dataset${expected.length > 1 ? 's' : ''} ${quoted(expected, ' and ')}`,
    )
  }
  const dataset = file.get(name)
  if (!dataset || !('shape' in dataset) || !('filters' in dataset)) throw refuse(`«${name}» is not a dataset`)
  const { dtype, metadata, shape } = dataset
  // As h5py stores it.
  const isBool = Object.keys(metadata.enum_type?.members ?? {}).join() === 'FALSE,TRUE'
  const letter = isBool ? 'bool' : String(dtype).slice(1)
  const found = TYPES.find((type) => type.letter === letter && type.bytes === metadata.size)
  const allowed = types ?? TYPES.map(({ type }) => type)
  if (!found || !allowed.includes(found.type)) {
    throw refuse(`«${name}» has type ${JSON.stringify(dtype)} of ${metadata.size} bytes, expected ${allowed.join(' or ')}`)
  }
  const unread = dataset.filters.find((filter) => !FILTERS.includes(filter.name))
  if (unread !== undefined)
    throw refuse(`«${name}» is packed with «${unread.name}», expected ${FILTERS.join(', ')} or nothing; store it with gzip`)
  if (shape?.length !== 3) throw refuse(`«${name}» has shape [${shape}], expected three axes x, y, z`)
  const size = shape as Triple
  const count = voxelCount(size)
  if (size.some((n) => n < 1 || n > LONGEST_AXIS) || count > MOST_VOXELS || count * found.bytes > fileBytes * DEFLATE_LIMIT) {
    throw refuse(`«${name}» claims shape [${shape}], which ${fileBytes} bytes of file cannot hold`)
  }
  return {
    name,
    type: found.type,
    shape: size,
    chunk: metadata.chunks as Triple | null,
    isChecked: metadata.chunks !== null && dataset.filters.some((filter) => filter.name === 'deflate'),
    read: () => {
      const values: unknown = dataset.value
      if (!(values instanceof found.Stored) || values.length !== count) throw refuse(`«${name}» did not give its ${count} voxels`)
      return narrowVoxels(values, (wrong) => refuse(`${name} ${wrong}`))
    },
  }
}

/** The line of HDF5's error stack that says most, which is its deepest. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const said = text.match(/\(\): .+/g)?.map((line) => line.slice(4))
  return said?.at(-1) ?? text.split('\n')[0]!
}
