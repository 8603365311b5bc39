import { type ImageHeader, type Refuse, textHeader } from './image-header'

const VOXEL_BYTES: Record<string, number> = {
  MET_CHAR: 1,
  MET_UCHAR: 1,
  MET_SHORT: 2,
  MET_USHORT: 2,
  MET_INT: 4,
  MET_UINT: 4,
  MET_FLOAT: 4,
  MET_LONG_LONG: 8,
  MET_ULONG_LONG: 8,
  MET_DOUBLE: 8,
}

/**
 * Reads the header of a MetaImage (`.mha`, `.mhd`).
 *
 * Source: «MetaIO», itk.org/Wiki/MetaIO/Documentation.
 *
 * @param bytes the beginning of the file, with the whole header
 */
export function readMetaHeader(bytes: Uint8Array, refuse: Refuse): ImageHeader {
  const text = Buffer.from(bytes).toString('latin1')
  const last = /^ElementDataFile *= *(.*?) *\r?$\n?/m.exec(text)
  if (!/^\w+ *=/.test(text) || !last) throw refuse('is not a MetaImage, or its header is cut off before ElementDataFile')
  const fields = new Map<string, string>()
  for (const line of text.slice(0, last.index).split(/\r?\n/)) {
    const field = /^(\w+) *= *(.*?) *$/.exec(line)
    if (field) fields.set(field[1]!, field[2]!)
  }
  const numbers = (name: string) => fields.get(name)?.split(/\s+/).map(Number)
  const sizes = numbers('DimSize') ?? []
  if (sizes.length !== Number(fields.get('NDims'))) throw refuse(`has NDims ${fields.get('NDims')} but DimSize [${sizes}]`)
  const voxelBytes = VOXEL_BYTES[fields.get('ElementType') ?? '']
  const channels = Number(fields.get('ElementNumberOfChannels') ?? 1)
  if (voxelBytes === undefined || channels !== 1) {
    throw refuse(`has ElementType «${fields.get('ElementType')}» with ${channels} channels, expected one real number a voxel`)
  }
  if (isTrue(fields.get('BinaryData')) === false) throw refuse('keeps its voxels as text; convert it')
  if (Number(fields.get('HeaderSize') ?? 0) !== 0)
    throw refuse(`has HeaderSize ${fields.get('HeaderSize')}, expected 0; convert it`)
  const file = last[1]!
  return textHeader(
    {
      sizes,
      steps: numbers('ElementSpacing') ?? numbers('ElementSize'),
      voxelBytes,
      file: /^local$/i.test(file) ? undefined : file,
      end: last.index + last[0].length,
      compression: isTrue(fields.get('CompressedData')) ? 'zlib' : undefined,
    },
    refuse,
  )
}

function isTrue(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : /^(true|1)$/i.test(value)
}
