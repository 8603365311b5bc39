import { type ImageHeader, type Refuse, textHeader } from './image-header'

const VOXEL_BYTES: Record<string, number> = {
  ...named(1, 'signed char|int8|int8_t|uchar|unsigned char|uint8|uint8_t'),
  ...named(
    2,
    'short|short int|signed short|signed short int|int16|int16_t|ushort|unsigned short|unsigned short int|uint16|uint16_t',
  ),
  ...named(4, 'int|signed int|int32|int32_t|uint|unsigned int|uint32|uint32_t|float'),
  ...named(8, 'longlong|long long|long long int|signed long long|signed long long int|int64|int64_t'),
  ...named(8, 'ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t|double'),
}

/**
 * Reads the header of a NRRD file, attached or detached.
 *
 * Source: «Definition of NRRD File Format», teem.sourceforge.net/nrrd/format.html.
 *
 * @param bytes the beginning of the file, with the whole header
 */
export function readNrrdHeader(bytes: Uint8Array, refuse: Refuse): ImageHeader {
  const text = Buffer.from(bytes).toString('latin1')
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
  const numbers = (name: string) => fields.get(name)?.split(/\s+/).map(Number)
  const sizes = numbers('sizes') ?? []
  if (sizes.length !== Number(fields.get('dimension')))
    throw refuse(`has dimension ${fields.get('dimension')} but sizes [${sizes}]`)
  const voxelBytes = VOXEL_BYTES[fields.get('type')?.toLowerCase() ?? '']
  if (voxelBytes === undefined) throw refuse(`has type «${fields.get('type')}», expected a real number a voxel`)
  const encoding = fields.get('encoding')?.toLowerCase() ?? ''
  if (!['raw', 'gzip', 'gz'].includes(encoding)) throw refuse(`has encoding «${encoding}», expected raw or gzip; convert it`)
  for (const skip of ['line skip', 'lineskip', 'byte skip', 'byteskip']) {
    if (Number(fields.get(skip) ?? 0) !== 0) throw refuse(`has ${skip} ${fields.get(skip)}, expected 0; convert it`)
  }
  return textHeader(
    {
      sizes,
      steps: readSteps(fields, refuse),
      voxelBytes,
      file,
      end: end ? end.index + end[0].length : 0,
      compression: encoding === 'raw' ? undefined : 'gzip',
    },
    refuse,
  )
}

/** Lengths of the axes' vectors, or the plain spacings, or nothing. */
function readSteps(fields: ReadonlyMap<string, string>, refuse: Refuse): number[] | undefined {
  const directions = fields.get('space directions')
  if (directions === undefined) return fields.get('spacings')?.split(/\s+/).map(Number)
  return (directions.match(/none|\([^)]*\)/g) ?? []).map((vector) => {
    if (vector === 'none') throw refuse('has an axis without a direction in space (channels or time), expected one 3-D image')
    return Math.hypot(...vector.slice(1, -1).split(',').map(Number))
  })
}

function named(bytes: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split('|').map((name) => [name, bytes]))
}
