import { deflateSync } from 'node:zlib'
import { asciiLine } from '../../ascii-line'
import { directionOf } from '../../same-grid'
import { checkVolume, type Volume, type VoxelArray } from '../../volume'

/**
 * A volume as a MetaImage (`.mha`), compressed; numbers in full precision. What is not known of its place is left out.
 *
 * Source: «MetaIO», itk.org/Wiki/MetaIO/Documentation.
 *
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function encodeMeta(volume: Volume, options: { description?: string } = {}): Uint8Array {
  checkVolume(volume, 'encodeMeta')
  const { data, size, spacing, origin } = volume
  const direction = directionOf(volume)
  const packed = deflateSync(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  const lines = [
    'ObjectType = Image',
    ...(options.description === undefined ? [] : [`Comment = ${asciiLine(options.description)}`]),
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    'CompressedData = True',
    `CompressedDataSize = ${packed.length}`,
    // An axis a row.
    ...(direction ? [`TransformMatrix = ${[0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => direction[at]).join(' ')}`] : []),
    ...(direction && origin ? [`Offset = ${origin.join(' ')}`] : []),
    ...((volume.spacingUnit ?? 'mm') === 'mm' ? [`ElementSpacing = ${spacing.join(' ')}`] : []),
    `DimSize = ${size.join(' ')}`,
    `ElementType = ${typeOf(data)}`,
    'ElementDataFile = LOCAL',
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), packed])
}

function typeOf(data: VoxelArray): string {
  if (data instanceof Uint8Array) return 'MET_UCHAR'
  if (data instanceof Int16Array) return 'MET_SHORT'
  return data instanceof Int32Array ? 'MET_INT' : 'MET_FLOAT'
}
