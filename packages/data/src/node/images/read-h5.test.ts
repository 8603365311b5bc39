import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packedFiles } from '../../../test/packed-files'
import { temporaryFolder } from '../../../test/temporary-folder'
import { readGrid, readImage } from './read-image'

/** x fastest, from what h5py 3.16.0 stored z fastest. */
const COUNT = Array.from({ length: 24 }, (_, i) => 12 * (i % 2) + 4 * (Math.floor(i / 2) % 3) + Math.floor(i / 6))

async function stored(name: string, change = (bytes: Uint8Array): Uint8Array => bytes): Promise<string> {
  const path = join(await temporaryFolder(), `${name}.h5`)
  await writeFile(path, change((await packedFiles('h5-types')).get(name)!))
  return path
}

describe('readImage of an h5 file', () => {
  it.each(['plain', 'gzip', 'shuffled', 'chunked', 'latest'])('reads every type of number, stored %s', async (name) => {
    const path = await stored(name)
    expect(Array.from((await readImage(path)).data)).toEqual(COUNT)
    for (const type of ['int64', 'uint64', 'uint32', 'uint16', 'int8', 'bool', 'bigEndian']) {
      const label = await readImage(path, { dataset: type })
      expect({ type, data: Array.from(label.data) }).toEqual({ type, data: COUNT.map((value) => value % 2) })
      expect(label.storedType).toBe(type === 'bigEndian' ? 'int16' : type)
    }
  })

  it('says that it says nothing of its place', async () => {
    const path = await stored('plain')
    const { notes, size, spacing, spacingUnit, origin, direction } = await readImage(path)
    expect(notes).toEqual(['says nothing of where its axes run and where it lies'])
    expect({ size, spacing, spacingUnit, origin, direction }).toEqual({
      size: [2, 3, 4],
      spacing: [1, 1, 1],
      spacingUnit: 'voxel',
    })
    expect(await readGrid(path)).toEqual({ size, spacing, spacingUnit })
  })

  it('refuses in words what is packed or stored in a way that it cannot undo', async () => {
    await expect(readImage(await stored('lzf'))).rejects.toThrow(
      '«image» is packed with «lzf», expected deflate, shuffle, fletcher32 or nothing; store it with gzip',
    )
    await expect(readImage(await stored('plain'), { dataset: 'float16' })).rejects.toThrow(
      '«float16» has type "<e" of 2 bytes, expected float32 or',
    )
  })

  it('refuses a plain file that is cut off', async () => {
    const path = await stored('plain', (bytes) => bytes.subarray(0, bytes.length - 50))
    await expect(readImage(path)).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/damaged or truncated/),
    })
  })
})
