import { describe, expect, it } from 'vitest'
import { laFile } from '../test/la-file'
import { chunkIndexFault } from './h5-chunk-index'
import { readLaBytes } from './read-la-bytes'
import type { Triple } from './volume'

const shape: Triple = [12, 10, 9]
const datasets = [
  { name: 'image', shape, chunk: [3, 4, 4] as Triple },
  { name: 'label', shape, chunk: [3, 4, 4] as Triple },
]

function treeNodes(bytes: Uint8Array): number[] {
  const found: number[] = []
  for (let at = 0; at + 5 < bytes.length; at++) {
    if (bytes[at] === 0x54 && bytes[at + 1] === 0x52 && bytes[at + 2] === 0x45 && bytes[at + 3] === 0x45 && bytes[at + 4] === 1)
      found.push(at)
  }
  return found
}

describe('chunkIndexFault', () => {
  it('finds nothing wrong with a sound file', async () => {
    const bytes = await laFile({ shape, chunks: [3, 4, 4] })
    expect(treeNodes(bytes).length).toBeGreaterThanOrEqual(2)
    expect(chunkIndexFault(bytes, datasets)).toBe(null)
  })

  it('notices a chunk that the index puts elsewhere, which the library would read as zeros', async () => {
    const bytes = await laFile({ shape, chunks: [3, 4, 4] })
    const leaf = treeNodes(bytes)[0]!
    bytes[leaf + 24 + 48 + 8 + 16]! ^= 1
    expect(chunkIndexFault(bytes, datasets)).toMatch(/no chunk index names every chunk of «(image|label)» once|out of order/)
  })

  it('notices a chunk stored without its filter', async () => {
    const bytes = await laFile({ shape, chunks: [3, 4, 4] })
    bytes[treeNodes(bytes)[0]! + 24 + 4]! |= 1
    expect(chunkIndexFault(bytes, datasets)).toBe('a chunk of «image» was stored without its checksum')
  })

  it('lets no flipped bit of an index change a voxel silently', async () => {
    const sound = await laFile({ shape, chunks: [3, 4, 4] })
    const whole = await readLaBytes(sound, { id: 'WHOLE' })
    let refused = 0
    for (const node of treeNodes(sound)) {
      for (let byte = 0; byte < 24 + 5 * 48; byte++) {
        const bytes = sound.slice()
        bytes[node + byte]! ^= 1 << (byte % 8)
        const read = await readLaBytes(bytes, { id: 'FLIPPED' }).catch((error: { code?: string }) => {
          expect(error.code).toBe('DUALSEG_DATA')
          return null
        })
        if (read) expect([read.image, read.label]).toEqual([whole.image, whole.label])
        else refused++
      }
    }
    expect(refused).toBeGreaterThan(100)
  })
})
