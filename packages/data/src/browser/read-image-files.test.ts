import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { dicomFile } from '../../test/dicom-file'
import { temporaryFolder } from '../../test/temporary-folder'
import { encodeNifti } from '../encode-nifti'
import { readImage } from '../node/images/read-image'
import { writeImage } from '../node/images/write-image'
import type { Triple, Volume } from '../volume'
import { readImageFiles } from './read-image-files'

const image: Volume = {
  data: Int16Array.from({ length: 60 }, (_, i) => (i * 7919) % 4001),
  size: [4, 3, 5],
  spacing: [0.75, 1.5, 2.25],
  origin: [-10.5, 20.25, 7] as Triple,
  direction: [0, -0.8, 0.6, 1, 0, 0, 0, 0.6, 0.8],
}
const file = (name: string, bytes: Uint8Array | string) => new File([bytes as Uint8Array<ArrayBuffer>], name)
const chosen = async (path: string) => file(basename(path), await readFile(path))

describe('readImageFiles', () => {
  it.each(['nii', 'nii.gz', 'nrrd', 'mha'])('reads .%s as readImage does', async (ending) => {
    const path = join(await temporaryFolder(), `scan.${ending}`)
    await writeImage(path, image)
    const { path: _, ...fromDisk } = await readImage(path)
    const fromPage = await readImageFiles([await chosen(path)])
    expect(fromPage).toEqual({ name: `scan.${ending}`, ...fromDisk })
    expect(fromPage.data).toEqual(image.data)
  })

  it('turns voxels of the other byte order, and finds those of a header in the file beside it', async () => {
    const folder = await temporaryFolder()
    const header = 'NRRD0004\ntype: short\ndimension: 3\nsizes: 4 3 5\nendian: big\nencoding: gzip\ndata file: scan.raw.gz\n\n'
    const swapped = Buffer.from(Int16Array.from(image.data).buffer).swap16()
    await writeFile(join(folder, 'scan.nhdr'), header)
    await writeFile(join(folder, 'scan.raw.gz'), gzipSync(swapped))
    const files = await Promise.all(['scan.raw.gz', 'scan.nhdr'].map((name) => chosen(join(folder, name))))
    const { data, notes } = await readImageFiles(files)
    expect(data).toEqual(image.data)
    expect(data).toEqual((await readImage(join(folder, 'scan.nhdr'))).data)
    expect(notes).toEqual(['says nothing of where its axes run and where it lies'])
    await expect(readImageFiles([files[1]!])).rejects.toThrow(
      'scan.nhdr: keeps its voxels in scan.raw.gz, outside its own folder',
    )
  })

  const whole = gzipSync(encodeNifti(image))
  it.each([
    ['nothing', [], 'no file was chosen'],
    ['two images', [file('a.nii', ''), file('b.mha', '')], 'a.nii, b.mha are 2 images, expected one; choose one of them'],
    ['an HDF5 file', [file('a.h5', '')], 'a.h5: HDF5 files are not read in a page'],
    ['an empty file', [file('a.nii', '')], 'a.nii: is not a NIfTI file, or its header is cut off'],
    [
      'a name that lies',
      [file('a.nii.gz', encodeNifti(image))],
      'a.nii.gz: is not compressed by gzip, as its name says; give it the name of what it is, or compress it',
    ],
    [
      'a stream that is cut off',
      [file('a.nii.gz', whole.subarray(0, -20))],
      /^a\.nii\.gz: is damaged or cut off \(.+\); get it again$/,
    ],
    ['a damaged stream', [file('a.nii.gz', damaged(whole))], /^a\.nii\.gz: is damaged or cut off \(.+\); get it again$/],
    ['voxels that are not there', [file('a.nii', encodeNifti(image).subarray(0, 400))], 'holds 48 bytes of voxels, expected 120'],
    ['a text', [file('notes.txt', 'hello')], 'notes.txt: holds no DICOM slice'],
  ] as [string, File[], string | RegExp][])('refuses %s in words', async (_, files, words) => {
    await expect(readImageFiles(files)).rejects.toThrow(words)
    await expect(readImageFiles(files)).rejects.toMatchObject({ code: 'DUALSEG_DATA' })
  })

  it('takes files without an ending of images for a DICOM series, and refuses one with a gap before it is decoded', async () => {
    const slices = [0, 1, 2, 4].map((at) =>
      file(
        `IM${at}`,
        dicomFile({
          pixels: new Int16Array(12),
          rows: 3,
          columns: 4,
          position: [0, 0, 2.5 * at],
          pixelSpacing: [0.5, 0.25],
        }),
      ),
    )
    await expect(readImageFiles(slices)).rejects.toThrow('IM4 lies 5 mm behind IM2 where others are 2.5 mm apart')
    await expect(readImageFiles(slices.slice(0, 2))).rejects.toThrow('need pipelinesBaseUrl')
  })
})

/** The last bytes are the checksum. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[copy.length - 6]! ^= 1
  return copy
}
