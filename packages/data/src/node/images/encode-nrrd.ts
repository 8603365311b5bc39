import { gzipSync } from 'node:zlib'
import { asciiLine } from '../../ascii-line'
import { directionOf } from '../../same-grid'
import { checkVolume, type Volume, type VoxelArray } from '../../volume'

/**
 * A volume as a NRRD file, compressed; numbers in full precision. What is not known of its place is left out.
 *
 * Source: «Definition of NRRD File Format», teem.sourceforge.net/nrrd/format.html.
 *
 * @throws DUALSEG_SHAPE if size and data do not fit
 */
export function encodeNrrd(volume: Volume, options: { description?: string } = {}): Uint8Array {
  checkVolume(volume, 'encodeNrrd')
  const { data, size, spacing, origin } = volume
  const direction = directionOf(volume)
  const vector = (numbers: readonly number[]) => `(${numbers.join(',')})`
  const axis = (at: number) => vector([0, 1, 2].map((row) => direction![3 * row + at]! * spacing[at]!))
  const hasSpacing = (volume.spacingUnit ?? 'mm') === 'mm'
  const lines = [
    'NRRD0004',
    ...(options.description === undefined ? [] : [`content: ${asciiLine(options.description)}`]),
    `type: ${typeOf(data)}`,
    'dimension: 3',
    ...(direction ? ['space: left-posterior-superior'] : []),
    `sizes: ${size.join(' ')}`,
    ...(direction ? [`space directions: ${[0, 1, 2].map(axis).join(' ')}`] : []),
    ...(!direction && hasSpacing ? [`spacings: ${spacing.join(' ')}`, 'units: "mm" "mm" "mm"'] : []),
    'kinds: domain domain domain',
    'endian: little',
    'encoding: gzip',
    ...(direction && origin ? [`space origin: ${vector(origin)}`] : []),
  ]
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), gzipSync(bytes)])
}

function typeOf(data: VoxelArray): string {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int16Array) return 'int16'
  return data instanceof Int32Array ? 'int32' : 'float'
}
