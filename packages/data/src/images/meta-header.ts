import type { ImageHeader, Refuse } from './image-header'
import { latin1Text } from './latin1-text'
import type { StoredType } from './stored-voxels'
import { millimetresIn, textHeader } from './text-header'

const TYPES: Record<string, StoredType> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_FLOAT: 'float32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_DOUBLE: 'float64',
}

/**
 * Reads the header of a MetaImage (`.mha`, `.mhd`).
 *
 * Source: «MetaIO», itk.org/Wiki/MetaIO/Documentation.
 *
 * @param bytes the beginning of the file, with the whole header
 */
export function readMetaHeader(bytes: Uint8Array, refuse: Refuse): ImageHeader {
  const text = latin1Text(bytes)
  const last = /^ElementDataFile *= *(.*?) *\r?$\n?/m.exec(text)
  if (!/^\w+ *=/.test(text) || !last) throw refuse('is not a MetaImage, or its header is cut off before ElementDataFile')
  const fields = new Map<string, string>()
  for (const line of text.slice(0, last.index).split(/\r?\n/)) {
    const field = /^(\w+) *= *(.*?) *$/.exec(line)
    if (field) fields.set(field[1]!, field[2]!)
  }
  const numbers = (name: string) => fields.get(name)?.split(/\s+/).map(Number)
  const firstOf = (names: readonly string[]) => names.map(numbers).find((found) => found !== undefined)
  const sizes = numbers('DimSize') ?? []
  if (sizes.length !== Number(fields.get('NDims'))) throw refuse(`has NDims ${fields.get('NDims')} but DimSize [${sizes}]`)
  const type = TYPES[fields.get('ElementType') ?? '']
  const channels = Number(fields.get('ElementNumberOfChannels') ?? 1)
  if (type === undefined || channels !== 1) {
    throw refuse(`has ElementType «${fields.get('ElementType')}» with ${channels} channels, expected one real number a voxel`)
  }
  if (isTrue(fields.get('BinaryData')) === false) throw refuse('keeps its voxels as text; convert it')
  if (Number(fields.get('HeaderSize') ?? 0) !== 0)
    throw refuse(`has HeaderSize ${fields.get('HeaderSize')}, expected 0; convert it`)
  const file = last[1]!
  const inMillimetres = millimetresIn(fields.get('DistanceUnits'), refuse)
  const lengths = (names: readonly string[]) => firstOf(names)?.map((length) => length * inMillimetres)
  // Not said is the writer's own order, and no writer's machine of these days has the big end first.
  const isBig = isTrue(fields.get('BinaryDataByteOrderMSB') ?? fields.get('ElementByteOrderMSB'))
  return textHeader(
    {
      sizes,
      steps: lengths(['ElementSpacing', 'ElementSize']),
      axes: axesOf(firstOf(['TransformMatrix', 'Rotation', 'Orientation']), sizes.length, refuse),
      origin: lengths(['Offset', 'Origin', 'Position'])?.slice(0, 3),
      type,
      order: isBig ? 'big' : 'little',
      file: /^local$/i.test(file) ? undefined : file,
      end: last.index + last[0].length,
      compression: isTrue(fields.get('CompressedData')) ? 'zlib' : undefined,
    },
    refuse,
  )
}

/** The matrix has an axis a row. */
function axesOf(matrix: number[] | undefined, dimension: number, refuse: Refuse): number[][] | undefined {
  // In two dimensions there is no third to turn about.
  if (matrix === undefined || dimension < 3) return undefined
  if (matrix.length !== dimension ** 2)
    throw refuse(`has a TransformMatrix of ${matrix.length} numbers, expected ${dimension ** 2}`)
  return [0, 1, 2].map((axis) => matrix.slice(dimension * axis, dimension * axis + 3))
}

function isTrue(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : /^(true|1)$/i.test(value)
}
