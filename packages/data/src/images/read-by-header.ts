import { type Volume, type VolumeGrid, voxelCount } from '../volume'
import type { ImageFormat } from './image-format'
import type { ImageHeader, Refuse } from './image-header'
import { joined } from './joined'
import { readMetaHeader } from './meta-header'
import { NIFTI_HEADER_BYTES, readNiftiHeader } from './nifti-header'
import { readNrrdHeader } from './nrrd-header'
import { readVoxels } from './read-voxels'
import type { StoredBytes } from './stored-bytes'
import { bytesOf } from './stored-voxels'

/** The text headers that matter here end within this. */
const TEXT_HEADER_BYTES = 1 << 20

/** Formats whose file says of itself how its voxels are stored. */
export type HeaderFormat = Exclude<ImageFormat, 'dicom' | 'h5'>

/** A volume, and what one should know of its file. */
export interface DecodedVolume extends Volume {
  storedType: string
  notes: string[]
}

/** @param volume which one of a 4-D file, from 0 */
export async function readByHeader(
  stored: StoredBytes,
  format: HeaderFormat,
  volume: number | undefined,
  refuse: Refuse,
): Promise<DecodedVolume> {
  const header = ofVolume(await readHeader(stored, format, refuse), volume, refuse)
  const data = await readVoxels(stored, header, refuse)
  const { grid, type, nifti, notes } = header
  return { data, ...grid, storedType: type, notes, ...(nifti && { nifti }) }
}

/** Where the voxels of a volume lie, without reading them. */
export async function gridByHeader(
  stored: StoredBytes,
  format: HeaderFormat,
  volume: number | undefined,
  refuse: Refuse,
): Promise<VolumeGrid> {
  return ofVolume(await readHeader(stored, format, refuse), volume, refuse).grid
}

export async function readHeader(stored: StoredBytes, format: HeaderFormat, refuse: Refuse): Promise<ImageHeader> {
  if (format === 'nrrd') return readNrrdHeader(await stored.head(TEXT_HEADER_BYTES), refuse)
  if (format === 'meta') return readMetaHeader(await stored.head(TEXT_HEADER_BYTES), refuse)
  if (!stored.isGzipped) return readNiftiHeader(await stored.head(NIFTI_HEADER_BYTES), refuse)
  const [first, second] = await stored.head(2)
  if (second !== undefined && (first !== 0x1f || second !== 0x8b))
    throw refuse('is not compressed by gzip, as its name says; give it the name of what it is, or compress it')
  const head = await gunzippedHead(stored, NIFTI_HEADER_BYTES).catch((error: Error) => {
    throw refuse(stored.trouble(error) ?? `is damaged or cut off (${error.message}); get it again`, error)
  })
  return readNiftiHeader(head, refuse)
}

/** The first bytes of what a gzip file holds. */
async function gunzippedHead(stored: StoredBytes, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let found = 0
  for await (const part of stored.stream('gzip')) {
    parts.push(part)
    found += part.length
    if (found >= length) break
  }
  return joined(parts).subarray(0, length)
}

/** The header of one volume of a file. */
function ofVolume(header: ImageHeader, volume: number | undefined, refuse: Refuse): ImageHeader {
  const { volumes = 1, voxels, grid, type } = header
  if (volume === undefined && volumes > 1) {
    throw refuse(
      `holds 4 axes [${grid.size},${volumes}], expected one 3-D image; if they are channels of one scan, its data set says so (docs/how-to/data-set.md), else split them into files of their own`,
    )
  }
  if (volume === undefined) return header
  if (!Number.isInteger(volume) || volume < 0 || volume >= volumes)
    throw refuse(`holds ${volumes} ${volumes === 1 ? 'volume' : 'volumes'}, expected a volume ${volume} (counted from 0)`)
  const bytes = voxelCount(grid.size) * bytesOf(type)
  return { ...header, voxels: { ...voxels, offset: voxels.offset + volume * bytes, behind: (volumes - 1 - volume) * bytes } }
}
