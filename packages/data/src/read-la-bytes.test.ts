import { describe, expect, it } from 'vitest'
import { laFile } from '../test/la-file'
import { readLaBytes } from './read-la-bytes'
import { sha256Hex } from './sha256'

const id = 'CASE7'

describe('readLaBytes', () => {
  it('turns z fastest into x fastest', async () => {
    const image = Float32Array.from({ length: 24 }, (_, i) => i)
    const label = Uint8Array.from({ length: 24 }, (_, i) => (i < 4 ? 1 : 0))
    const parts = await readLaBytes(await laFile({ shape: [2, 3, 4], image, label }), { id })
    expect(parts.size).toEqual([2, 3, 4])
    // File place (x ny + y) nz + z goes to x + nx (y + ny z).
    expect(Array.from(parts.image!.data.slice(0, 8))).toEqual([0, 12, 4, 16, 8, 20, 1, 13])
    expect(Array.from(parts.label!.data)).toEqual(Array.from({ length: 24 }, (_, i) => (i % 6 === 0 ? 1 : 0)))
    expect(parts.image).toMatchObject({ size: [2, 3, 4], spacing: [1, 1, 1], spacingUnit: 'voxel' })
  })

  it('reads only what is asked for, into shared memory if asked', async () => {
    const bytes = await laFile({ label: Array(120).fill(9) })
    const parts = await readLaBytes(bytes, { id, label: false, shared: true })
    expect(parts.label).toBeUndefined()
    expect(parts.image!.data.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('accepts the known SHA-256 and refuses another', async () => {
    const bytes = await laFile()
    const sha256 = await sha256Hex(bytes)
    await expect(readLaBytes(bytes, { id, sha256 })).resolves.toMatchObject({ id })
    await expect(readLaBytes(bytes, { id, sha256: sha256.replace(/^./, (c) => (c === '0' ? '1' : '0')) })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(/^LA case CASE7: SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}; get the file again$/),
    })
  })

  const wrong: [string, Parameters<typeof laFile>[0], RegExp][] = [
    [
      'an image of another name',
      { names: ['scan', 'label'] },
      /CASE7: holds «(scan|label)», «(scan|label)», expected datasets «image» and «label»/,
    ],
    ['an image of doubles', { imageType: '<d' }, /«image» has type "<d" of 8 bytes, expected float32/],
    ['a label of shorts', { labelType: '<h' }, /«label» has type "<h" of 2 bytes, expected uint8/],
    ['a label of another shape', { labelShape: [5, 4, 5] }, /image \[5,4,6\] and label \[5,4,5\] differ in shape/],
    ['a label with four axes', { labelShape: [5, 4, 6, 1] }, /«label» has shape \[5,4,6,1\], expected three axes x, y, z/],
    [
      'NaN in the image',
      { image: Array.from({ length: 120 }, (_, i) => (i === 7 ? Number.NaN : i)) },
      /image voxel 7 is NaN, expected finite numbers/,
    ],
    [
      'infinity in the image',
      { image: Array.from({ length: 120 }, (_, i) => (i === 9 ? Number.POSITIVE_INFINITY : i)) },
      /image voxel 9 is Infinity/,
    ],
    [
      'a label of 255',
      { label: Array.from({ length: 120 }, (_, i) => (i === 3 ? 255 : 0)) },
      /label voxel 3 is 255, expected only 0 and 1/,
    ],
    ['a label without foreground', { label: Array(120).fill(0) }, /the label has no foreground/],
    ['no checksums', { compressed: false }, /«image» is stored without checksums, so damage could not be seen; give its SHA-256/],
    ['an absurd axis', { shape: [9000, 1, 1] }, /«image» claims shape \[9000,1,1\], which \d+ bytes of file cannot hold/],
  ]
  it.each(wrong)('refuses %s', async (_, options, message) => {
    const bytes = await laFile(options)
    const error = await readLaBytes(bytes, { id }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringMatching(message) })
  })

  it('takes a file without checksums when its SHA-256 is known', async () => {
    const bytes = await laFile({ compressed: false })
    await expect(readLaBytes(bytes, { id, sha256: await sha256Hex(bytes) })).resolves.toMatchObject({ size: [5, 4, 6] })
  })

  it('refuses what is no HDF5 file, and one cut short', async () => {
    const bytes = await laFile()
    await expect(readLaBytes(new TextEncoder().encode('<html>not found</html>'), { id })).rejects.toThrow(
      'LA case CASE7: not an HDF5 file (22 bytes)',
    )
    await expect(readLaBytes(bytes.subarray(0, bytes.length - 200), { id })).rejects.toThrow(
      /LA case CASE7: the file is damaged or truncated \(.*\); get the file again/,
    )
  })

  it('refuses 400 wrong bytes within a chunk', async () => {
    const shape: [number, number, number] = [40, 40, 40]
    const image = Float32Array.from({ length: 64000 }, (_, i) => Math.fround((i * 2654435761) % 1000))
    const bytes = await laFile({ shape, image })
    const middle = bytes.length >> 1
    for (let at = middle; at < middle + 400; at++) bytes[at]! ^= 0x5a
    await expect(readLaBytes(bytes, { id })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringContaining('damaged'),
    })
    await expect(readLaBytes(await laFile({ shape, image }), { id })).resolves.toMatchObject({ size: shape })
  })
})
