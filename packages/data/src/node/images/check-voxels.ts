import { stat } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { fileStream } from './file-head'
import { NonFiniteFinder } from './find-non-finite'
import type { ImageHeader, Refuse } from './image-header'

/** What may follow the voxels in a compressed stream. */
const SLACK = 1 << 16

/**
 * Tests that the voxels a header claims are there, before anything is decoded: the decoders fill what is missing with zeros and say nothing. A compressed
 * stream is read to its end, so that its checksum counts, but not kept, and not beyond what was claimed: a small file cannot take all memory.
 *
 * @param isGzipped the whole file is compressed, header and all
 */
export async function checkVoxels(path: string, header: ImageHeader, isGzipped: boolean, refuse: Refuse): Promise<void> {
  const { size, voxelBytes, testFloats, voxels } = header
  const claimed = size[0] * size[1] * size[2] * voxelBytes
  const file = voxels.file === undefined ? path : besideHeader(path, voxels.file, refuse)
  const compression = isGzipped ? 'gzip' : voxels.compression
  const where = voxels.file === undefined ? '' : `${voxels.file} `
  const stored = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw refuse(`keeps its voxels in ${voxels.file}, which cannot be read (${error.code})`, error)
  })
  let found = stored.size - voxels.offset
  if (compression || (testFloats && found >= claimed)) {
    const finder = testFloats && new NonFiniteFinder(voxelBytes, testFloats)
    const most = claimed + (compression ? SLACK : 0)
    found = await passVoxels(file, compression, isGzipped ? 0 : voxels.offset, isGzipped ? voxels.offset : 0, most, finder).catch(
      (error: Error) => {
        throw refuse(`${where}is damaged or cut off (${error.message}); get it again`, error)
      },
    )
    if (compression && found > most)
      throw refuse(`${where}holds more than ${most} bytes of voxels, expected ${claimed} for size [${size}]`)
    const wrong = finder?.found
    if (wrong !== undefined && wrong >= 0 && wrong < claimed / voxelBytes)
      throw refuse(`voxel ${wrong} is NaN or infinite, expected finite numbers`)
  }
  if (found < claimed) {
    throw refuse(
      `${where}holds ${Math.max(found, 0)} bytes of voxels, expected ${claimed} for size [${size}]; the file is cut off, get it again`,
    )
  }
}

/** Bytes after the first `skip` of a stream; stops once there are more than `most`. */
async function passVoxels(
  file: string,
  compression: 'gzip' | 'zlib' | undefined,
  start: number,
  skip: number,
  most: number,
  finder: NonFiniteFinder | undefined,
): Promise<number> {
  let passed = -skip
  for await (const piece of fileStream(file, compression, start)) {
    const from = Math.min(Math.max(-passed, 0), piece.length)
    finder?.add(piece.subarray(from))
    passed += piece.length
    if (passed > most) break
  }
  return passed
}

/** ITK sees the header's folder and what lies below it. */
function besideHeader(path: string, file: string, refuse: Refuse): string {
  const folder = dirname(path)
  const found = resolve(folder, file)
  if (!found.startsWith(folder + sep))
    throw refuse(`keeps its voxels in ${file}, outside its own folder; put both files into one folder`)
  return found
}
