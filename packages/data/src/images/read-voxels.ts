import { type VoxelArray, voxelCount } from '../volume'
import type { ImageHeader, Refuse } from './image-header'
import type { StoredBytes } from './stored-bytes'
import { bytesOf, decodeVoxels } from './stored-voxels'

/** What may follow the voxels in a compressed stream. */
const SLACK = 1 << 16
/** Deflate cannot make more than 1032 bytes out of one. */
const DEFLATE_LIMIT = 1032

/**
 * Reads the voxels that a header claims, all of them or none. A compressed stream is read to its end, so that its checksum counts, but not beyond what was claimed:
 * a small file cannot take all memory.
 */
export async function readVoxels(stored: StoredBytes, header: ImageHeader, refuse: Refuse): Promise<VoxelArray> {
  const { isGzipped } = stored
  const { size } = header.grid
  const { file, offset, behind = 0 } = header.voxels
  const claimed = voxelCount(size) * bytesOf(header.type)
  const from = file === undefined ? stored : besideHeader(stored, file, refuse)
  const where = file === undefined ? '' : `${file} `
  const compression = isGzipped ? 'gzip' : header.voxels.compression
  const unread = (error: unknown) =>
    file === undefined ? from.trouble(error) : `keeps its voxels in ${file}, which ${from.trouble(error)}`
  const storedBytes = await from.size().catch((error: unknown) => {
    throw refuse(unread(error)!, error)
  })
  const cutOff = (found: number) =>
    refuse(
      `${where}holds ${Math.max(found, 0)} bytes of voxels, expected ${claimed} for size [${size}]; the file is cut off, get it again`,
    )
  // Before memory is taken for what cannot be there.
  if (storedBytes * (compression ? DEFLATE_LIMIT : 1) < claimed) throw cutOff(compression ? 0 : storedBytes - offset)
  const bytes = new Uint8Array(claimed)
  const most = claimed + (compression ? behind + SLACK : 0)
  // Where the whole file is compressed its header is part of the stream.
  const found = await fill(bytes, from.stream(compression, isGzipped ? 0 : offset), isGzipped ? offset : 0, most).catch(
    (error: Error) => {
      if (from.trouble(error) !== undefined) throw refuse(unread(error)!, error)
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
function besideHeader(stored: StoredBytes, file: string, refuse: Refuse): StoredBytes {
  const found = stored.beside(file)
  if (found === undefined) throw refuse(`keeps its voxels in ${file}, outside its own folder; put both files into one folder`)
  return found
}
