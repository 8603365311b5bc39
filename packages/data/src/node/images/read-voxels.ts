import { stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { type VoxelArray, voxelCount } from '../../volume'
import { fileTrouble } from '../file-error'
import { fileStream } from './file-head'
import type { ImageHeader, Refuse } from './image-header'
import { bytesOf, decodeVoxels } from './stored-voxels'

/** What may follow the voxels in a compressed stream. */
const SLACK = 1 << 16
/** Deflate cannot make more than 1032 bytes out of one. */
const DEFLATE_LIMIT = 1032

/**
 * Reads the voxels that a header claims, all of them or none. A compressed stream is read to its end, so that its checksum counts, but not beyond what was claimed:
 * a small file cannot take all memory.
 *
 * @param isGzipped the whole file is compressed, header and all
 */
export async function readVoxels(path: string, header: ImageHeader, isGzipped: boolean, refuse: Refuse): Promise<VoxelArray> {
  const { size } = header.grid
  const { file, offset, behind = 0 } = header.voxels
  const claimed = voxelCount(size) * bytesOf(header.type)
  const from = file === undefined ? path : besideHeader(path, file, refuse)
  const where = file === undefined ? '' : `${file} `
  const compression = isGzipped ? 'gzip' : header.voxels.compression
  const unread = (error: unknown) =>
    file === undefined ? fileTrouble(error) : `keeps its voxels in ${file}, which ${fileTrouble(error)}`
  const stored = await stat(from).catch((error: unknown) => {
    throw refuse(unread(error)!, error)
  })
  const cutOff = (found: number) =>
    refuse(
      `${where}holds ${Math.max(found, 0)} bytes of voxels, expected ${claimed} for size [${size}]; the file is cut off, get it again`,
    )
  // Before memory is taken for what cannot be there.
  if (stored.size * (compression ? DEFLATE_LIMIT : 1) < claimed) throw cutOff(compression ? 0 : stored.size - offset)
  const bytes = new Uint8Array(claimed)
  const most = claimed + (compression ? behind + SLACK : 0)
  // Where the whole file is compressed its header is part of the stream.
  const found = await fill(bytes, fileStream(from, compression, isGzipped ? 0 : offset), isGzipped ? offset : 0, most).catch(
    (error: Error) => {
      if (fileTrouble(error) !== undefined) throw refuse(unread(error)!, error)
      throw refuse(`${where}is damaged or cut off (${error.message}); get it again`, error)
    },
  )
  if (compression && found > most)
    throw refuse(`${where}holds more than ${most} bytes of voxels, expected ${claimed} for size [${size}]`)
  if (found < claimed) throw cutOff(found)
  return decodeVoxels(bytes, header, refuse)
}

/** Copies a stream's bytes after the first `skip`; stops once there are more than `most`. @returns how many there were */
async function fill(bytes: Uint8Array, stream: AsyncIterable<Uint8Array>, skip: number, most: number): Promise<number> {
  let passed = -skip
  for await (const piece of stream) {
    const wanted = piece.subarray(Math.min(Math.max(-passed, 0), piece.length))
    const at = Math.max(passed, 0)
    if (at < bytes.length) bytes.set(wanted.subarray(0, bytes.length - at), at)
    passed += piece.length
    if (passed > most) break
  }
  return passed
}

/** A header may name files in its folder and below. */
function besideHeader(path: string, file: string, refuse: Refuse): string {
  const folder = dirname(path)
  const found = resolve(folder, file)
  if (!found.startsWith(folder + sep))
    throw refuse(`keeps its voxels in ${file}, outside its own folder; put both files into one folder`)
  return found
}
