import type { ImageHeader, Refuse } from './image-header'
import { latin1Text } from './latin1-text'
import { nrrdPlace } from './nrrd-place'
import { bytesOf, type StoredType } from './stored-voxels'
import { textHeader } from './text-header'

const TYPES: Record<string, StoredType> = {
  ...named('int8', 'signed char|int8|int8_t'),
  ...named('uint8', 'uchar|unsigned char|uint8|uint8_t'),
  ...named('int16', 'short|short int|signed short|signed short int|int16|int16_t'),
  ...named('uint16', 'ushort|unsigned short|unsigned short int|uint16|uint16_t'),
  ...named('int32', 'int|signed int|int32|int32_t'),
  ...named('uint32', 'uint|unsigned int|uint32|uint32_t'),
  ...named('int64', 'longlong|long long|long long int|signed long long|signed long long int|int64|int64_t'),
  ...named('uint64', 'ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t'),
  ...named('float32', 'float'),
  ...named('float64', 'double'),
}

/**
 * Reads the header of a NRRD file, attached or detached.
 *
 * Source: «Definition of NRRD File Format», teem.sourceforge.net/nrrd/format.html.
 *
 * @param bytes the beginning of the file, with the whole header
 */
export function readNrrdHeader(bytes: Uint8Array, refuse: Refuse): ImageHeader {
  const text = latin1Text(bytes)
  if (!/^NRRD000[1-5]\r?\n/.test(text)) throw refuse('is not a NRRD file')
  const end = /\r?\n\r?\n/.exec(text)
  const lines = (end ? text.slice(0, end.index) : text).split(/\r?\n/).slice(1)
  const fields = new Map<string, string>()
  for (const line of lines) {
    const field = /^([^#:][^:]*): ?(.*)$/.exec(line)
    if (field && !field[2]!.startsWith('=')) fields.set(field[1]!.trim().toLowerCase(), field[2]!.trim())
  }
  const file = fields.get('data file') ?? fields.get('datafile')
  if (!end && file === undefined) throw refuse('has a NRRD header without an end; the file is cut off')
  const sizes = fields.get('sizes')?.split(/\s+/).map(Number) ?? []
  if (sizes.length !== Number(fields.get('dimension')))
    throw refuse(`has dimension ${fields.get('dimension')} but sizes [${sizes}]`)
  const type = TYPES[fields.get('type')?.toLowerCase() ?? '']
  if (type === undefined) throw refuse(`has type «${fields.get('type')}», expected a real number a voxel`)
  const encoding = fields.get('encoding')?.toLowerCase() ?? ''
  if (!['raw', 'gzip', 'gz'].includes(encoding)) throw refuse(`has encoding «${encoding}», expected raw or gzip; convert it`)
  for (const skip of ['line skip', 'lineskip', 'byte skip', 'byteskip']) {
    if (Number(fields.get(skip) ?? 0) !== 0) throw refuse(`has ${skip} ${fields.get(skip)}, expected 0; convert it`)
  }
  const order = fields.get('endian')?.toLowerCase() ?? (bytesOf(type) === 1 ? 'little' : undefined)
  if (order !== 'little' && order !== 'big') throw refuse(`has endian «${order ?? ''}», expected little or big`)
  return textHeader(
    {
      sizes,
      ...nrrdPlace(fields, sizes.length, refuse),
      type,
      order,
      file,
      end: end ? end.index + end[0].length : 0,
      compression: encoding === 'raw' ? undefined : 'gzip',
    },
    refuse,
  )
}

function named(type: StoredType, names: string): Record<string, StoredType> {
  return Object.fromEntries(names.split('|').map((name) => [name, type]))
}
