import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { laFile } from '../../../test/la-file'
import { temporaryFolder } from '../../../test/temporary-folder'
import { encodeNifti } from '../../encode-nifti'
import type { Triple, Volume } from '../../volume'
import { readImage } from './read-image'
import { writeImage } from './write-image'

const size: Triple = [4, 3, 5]
const oblique = [0, -0.8, 0.6, 1, 0, 0, 0, 0.6, 0.8]
/** Exact in float32, so that NIfTI keeps it. */
const geometry = { size, spacing: [0.75, 1.5, 2.25] as Triple, origin: [-10.5, 20.25, 7] as Triple }
const image: Volume = { data: Float32Array.from({ length: 60 }, (_, i) => Math.fround(Math.sin(i) * 1000)), ...geometry }
const label: Volume = { data: Uint8Array.from({ length: 60 }, (_, i) => i % 3), ...geometry }

describe('readImage and writeImage', () => {
  it.each(['nii', 'nii.gz', 'nrrd', 'mha'])('keep voxels and geometry through .%s', async (ending) => {
    const folder = await temporaryFolder()
    for (const [name, volume] of Object.entries({
      image,
      label,
      turned: { ...image, direction: oblique },
      shorts: { ...image, data: Int16Array.from(image.data) },
      ints: { ...image, data: Int32Array.from(image.data, (v) => v * 1000) },
      view: { ...label, data: new Uint8Array(Uint8Array.from({ length: 70 }, (_, i) => i).buffer, 10) },
    })) {
      const path = join(folder, `${name}.${ending}`)
      await writeImage(path, volume)
      const read = await readImage(path)
      expect(read.data).toEqual(volume.data.slice())
      expect(read).toMatchObject({ path, size, spacing: geometry.spacing, origin: geometry.origin, spacingUnit: 'mm' })
      const direction = 'direction' in volume ? volume.direction : [1, 0, 0, 0, 1, 0, 0, 0, 1]
      read.direction!.forEach((entry, i) => {
        expect(entry).toBeCloseTo(direction![i]!, 6)
      })
    }
    expect((await readdir(folder)).length).toBe(6)
  })

  it('writes into folders that are not there, and refuses other endings', async () => {
    const folder = await temporaryFolder()
    await writeImage(join(folder, 'a b', 'c.mha'), label)
    expect((await readImage(join(folder, 'a b', 'c.mha'))).data).toEqual(label.data)
    await expect(writeImage(join(folder, 'c.png'), label)).rejects.toMatchObject({ code: 'DUALSEG_VALUE' })
    await expect(writeImage(join(folder, 'c.mha'), { ...label, size: [4, 3, 4] })).rejects.toMatchObject({
      code: 'DUALSEG_SHAPE',
    })
  })

  it('follows links', async () => {
    const folder = await temporaryFolder()
    await writeImage(join(folder, 'stored', 'a.nii.gz'), image)
    await symlink(join('stored', 'a.nii.gz'), join(folder, 'linked.nii.gz'))
    expect((await readImage(join(folder, 'linked.nii.gz'))).data).toEqual(image.data)
  })

  it('knows a NIfTI file without spacing', async () => {
    const path = join(await temporaryFolder(), 'a.nii')
    await writeImage(path, { data: label.data, size, spacing: [1, 1, 1], spacingUnit: 'voxel' })
    expect(await readImage(path)).toMatchObject({ spacing: [1, 1, 1], spacingUnit: 'voxel', storedType: 'uint8' })
  })

  it('reads what writers elsewhere make: detached headers, unsigned shorts, doubles, a fourth axis of one', async () => {
    const folder = await temporaryFolder()
    const shorts = Uint16Array.from({ length: 60 }, (_, i) => 65535 - i)
    await writeFile(join(folder, 'v.raw'), shorts)
    await writeFile(join(folder, 'v.zraw'), deflateSync(shorts))
    await writeFile(join(folder, 'v.raw.gz'), gzipSync(shorts))
    const meta = (more: string) =>
      `ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nElementSpacing = 1 2 3\nDimSize = 4 3 5\nElementType = MET_USHORT\n${more}`
    const nrrd = (more: string) =>
      `NRRD0004\n# a comment: with a colon\ntype: uint16\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 5\nspace directions: (1,0,0) (0,2,0) (0,0,3)\nendian: little\n${more}\n`
    const made: Record<string, string | Uint8Array> = {
      'a.mhd': meta('ElementDataFile = v.raw\n'),
      'b.mhd': meta('CompressedData = True\nElementDataFile = v.zraw\n'),
      'c.nhdr': nrrd('encoding: raw\ndata file: v.raw\n'),
      'd.nhdr': nrrd('encoding: gzip\ndata file: v.raw.gz\n'),
      'e.nrrd': Buffer.concat([Buffer.from(`${nrrd('encoding: raw')}\n`), new Uint8Array(shorts.buffer)]),
    }
    for (const [name, bytes] of Object.entries(made)) {
      await writeFile(join(folder, name), bytes)
      const read = await readImage(join(folder, name))
      expect(read, name).toMatchObject({ size, spacing: [1, 2, 3], storedType: 'uint16', spacingUnit: 'mm' })
      expect(read.data, name).toEqual(Int32Array.from(shorts))
    }
    const doubles = niftiOf(image, { datatype: 64, bits: 64, data: Float64Array.from(image.data) })
    new DataView(doubles.buffer).setInt16(40, 4, true)
    await writeFile(join(folder, 'f.nii'), doubles)
    expect(await readImage(join(folder, 'f.nii'))).toMatchObject({ size, storedType: 'float64', data: image.data })
  })

  it('applies the slope and intercept of a NIfTI header', async () => {
    const path = join(await temporaryFolder(), 'scaled.nii')
    const bytes = encodeNifti({ ...label, data: Int16Array.from(label.data) })
    const header = new DataView(bytes.buffer)
    header.setFloat32(112, 2, true)
    header.setFloat32(116, -1024, true)
    await writeFile(path, bytes)
    expect(Array.from((await readImage(path)).data)).toEqual(Array.from(label.data, (value) => 2 * value - 1024))
  })

  it('reads a dataset of an h5 file, x fastest', async () => {
    const path = join(await temporaryFolder(), 'case.h5')
    await writeFile(path, await laFile({ shape: [2, 3, 4], image: Float32Array.from({ length: 24 }, (_, i) => i) }))
    const read = await readImage(path)
    expect(read).toMatchObject({ format: 'h5', size: [2, 3, 4], spacing: [1, 1, 1], spacingUnit: 'voxel', storedType: 'float32' })
    expect(Array.from(read.data.slice(0, 4))).toEqual([0, 12, 4, 16])
    expect((await readImage(path, { dataset: 'label' })).storedType).toBe('uint8')
    await expect(readImage(path, { dataset: 'scan' })).rejects.toThrow(`${path}: holds «image», «label», expected dataset «scan»`)
  })
})

describe('readImage refuses', () => {
  const nifti = (change: (header: DataView) => void, volume = image) => {
    const bytes = encodeNifti(volume)
    change(new DataView(bytes.buffer))
    return bytes
  }
  const metaHeader = (changes: Record<string, string>) =>
    Buffer.from(
      Object.entries({ NDims: '3', DimSize: '4 3 5', ElementType: 'MET_UCHAR', ...changes, ElementDataFile: 'LOCAL' })
        .map(([key, value]) => `${key} = ${value}\n`)
        .join(''),
    )
  const nrrdHeader = (changes: Record<string, string>) =>
    Buffer.from(
      `NRRD0004\n${Object.entries({ type: 'uint8', dimension: '3', sizes: '4 3 5', encoding: 'raw', ...changes })
        .map(([key, value]) => `${key}: ${value}\n`)
        .join('')}\n`,
    )
  const sixty = Buffer.alloc(60)
  const cases: [string, string, () => Uint8Array, RegExp][] = [
    [
      'a cut NIfTI',
      'a.nii',
      () => encodeNifti(image).subarray(0, 400),
      /a\.nii: holds 48 bytes of voxels, expected 240 for size \[4,3,5\]; the file is cut off/,
    ],
    [
      'a cut NIfTI header',
      'a.nii',
      () => encodeNifti(image).subarray(0, 200),
      /a\.nii: is not a NIfTI file, or its header is cut off/,
    ],
    [
      'a cut .nii.gz',
      'a.nii.gz',
      () => gzipSync(encodeNifti(image)).subarray(0, -20),
      /a\.nii\.gz: is damaged or cut off \(unexpected end of file\)/,
    ],
    [
      'a plain file named .nii.gz',
      'a.nii.gz',
      () => encodeNifti(image),
      /a\.nii\.gz: is not compressed by gzip, as its name says; give it the name of what it is, or compress it/,
    ],
    [
      'a damaged .nii.gz',
      'a.nii.gz',
      () => flip(gzipSync(encodeNifti(image)), -6),
      /a\.nii\.gz: is damaged or cut off \(incorrect data check\)/,
    ],
    [
      'a whole stream of half an image',
      'a.nii.gz',
      () => gzipSync(encodeNifti(image).subarray(0, 472)),
      /holds 120 bytes of voxels, expected 240/,
    ],
    [
      'a stream without an end',
      'a.nii.gz',
      () => gzipSync(Buffer.concat([encodeNifti(image), Buffer.alloc(2e6)])),
      /more than 65776 bytes of voxels/,
    ],
    [
      'an absurd size',
      'a.nii',
      () =>
        nifti((h) => {
          for (const at of [42, 44, 46]) h.setInt16(at, 32767, true)
        }),
      /claims size \[32767,32767,32767\]/,
    ],
    [
      'a time series',
      'a.nii',
      () =>
        nifti((h) => {
          h.setInt16(40, 4, true)
          h.setInt16(48, 2, true)
        }),
      /holds 4 axes \[4,3,5,2\], expected one 3-D image/,
    ],
    [
      'spacing NaN',
      'a.nii',
      () => nifti((h) => h.setFloat32(84, Number.NaN, true)),
      /has spacing \[0\.75,NaN,2\.25\], expected three positive/,
    ],
    ['spacing 0', 'a.nii', () => nifti((h) => h.setFloat32(80, 0, true)), /has spacing \[0,1\.5,2\.25\]/],
    ['voxels beyond the end', 'a.nii', () => nifti((h) => h.setFloat32(108, 4000, true)), /holds 0 bytes of voxels/],
    ['voxels within the header', 'a.nii', () => nifti((h) => h.setFloat32(108, 12, true)), /voxels start at byte 12/],
    ['colours', 'a.nii', () => nifti((h) => h.setInt16(70, 128, true)), /data type 128/],
    [
      'a voxel NaN',
      'a.nii',
      () => encodeNifti({ ...image, data: image.data.map((v, i) => (i === 7 ? Number.NaN : v)) as Float32Array }),
      /voxel 7 is NaN, expected finite numbers/,
    ],
    [
      'a .nii.gz voxel infinite',
      'a.nii.gz',
      () =>
        gzipSync(
          encodeNifti({ ...image, data: image.data.map((v, i) => (i === 59 ? Number.NEGATIVE_INFINITY : v)) as Float32Array }),
        ),
      /voxel 59 is -Infinity, expected finite numbers/,
    ],
    [
      'a double voxel NaN',
      'a.nii',
      () => niftiOf(image, { datatype: 64, bits: 64, data: Float64Array.from(image.data, (v, i) => (i === 4 ? Number.NaN : v)) }),
      /voxel 4 is NaN, expected finite numbers/,
    ],
    [
      'a .mha voxel NaN',
      'a.mha',
      () =>
        Buffer.concat([
          metaHeader({ ElementType: 'MET_FLOAT' }),
          new Uint8Array(Float32Array.from({ length: 60 }, (_, i) => (i === 5 ? Number.NaN : i)).buffer),
        ]),
      /voxel 5 is NaN/,
    ],
    [
      'a .nrrd voxel NaN',
      'a.nrrd',
      () =>
        Buffer.concat([
          nrrdHeader({ type: 'float', endian: 'little' }),
          new Uint8Array(Float32Array.from({ length: 60 }, (_, i) => (i === 5 ? Number.NaN : i)).buffer),
        ]),
      /voxel 5 is NaN/,
    ],
    ['a page of HTML', 'a.nii', () => Buffer.from('<html>not found</html>'), /is not a NIfTI file/],
    [
      'a cut .mha',
      'a.mha',
      () => Buffer.concat([metaHeader({}), sixty.subarray(1)]),
      /a\.mha: holds 59 bytes of voxels, expected 60/,
    ],
    ['a .mha of vectors', 'a.mha', () => Buffer.concat([metaHeader({ ElementNumberOfChannels: '3' }), sixty]), /with 3 channels/],
    [
      'a .mha with spacing -1',
      'a.mha',
      () => Buffer.concat([metaHeader({ ElementSpacing: '1 -1 1' }), sixty]),
      /has spacing \[1,-1,1\]/,
    ],
    [
      'a damaged .mha stream',
      'a.mha',
      () => Buffer.concat([metaHeader({ CompressedData: 'True' }), flip(deflateSync(sixty), -1)]),
      /damaged or cut off/,
    ],
    [
      'a cut .nrrd',
      'a.nrrd',
      () => Buffer.concat([nrrdHeader({}), sixty.subarray(1)]),
      /a\.nrrd: holds 59 bytes of voxels, expected 60/,
    ],
    [
      'a cut .nrrd stream',
      'a.nrrd',
      () => Buffer.concat([nrrdHeader({ encoding: 'gzip' }), gzipSync(sixty).subarray(0, -9)]),
      /damaged or cut off/,
    ],
    ['a .nrrd of text', 'a.nrrd', () => nrrdHeader({ encoding: 'ascii' }), /has encoding «ascii»/],
    [
      'a .nrrd of vectors',
      'a.nrrd',
      () => nrrdHeader({ dimension: '4', sizes: '3 4 3 5', 'space directions': 'none (1,0,0) (0,1,0) (0,0,1)' }),
      /without a direction in space/,
    ],
    [
      'a sheared .nrrd',
      'a.nrrd',
      () =>
        Buffer.concat([nrrdHeader({ space: 'left-posterior-superior', 'space directions': '(1,0,0) (0,1,0) (0,0.5,1)' }), sixty]),
      /expected finite numbers and axes at right angles/,
    ],
    ['a .nrrd elsewhere', 'a.nhdr', () => nrrdHeader({ 'data file': '../v.raw' }), /outside its own folder/],
    [
      'a .nrrd without its voxels',
      'a.nhdr',
      () => nrrdHeader({ 'data file': 'v.raw' }),
      /keeps its voxels in v\.raw, which is not there; look for another spelling/,
    ],
    ['another kind of file', 'a.png', () => sixty, /a\.png: not a name that is known, expected \.nii/],
  ]
  it.each(cases)('%s', async (_, name, make, message) => {
    const path = join(await temporaryFolder(), 'folder', name)
    await mkdir(dirname(path))
    await writeFile(path, make())
    const error = await readImage(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringMatching(message) })
  })

  it('a file that is not there, and a .nii that is compressed', async () => {
    const folder = await temporaryFolder()
    await expect(readImage(join(folder, 'none.nii'))).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: `${join(folder, 'none.nii')} is not there; look for another spelling`,
    })
    await writeImage(join(folder, 'a.nii.gz'), label)
    await copyFile(join(folder, 'a.nii.gz'), join(folder, 'a.nii'))
    await expect(readImage(join(folder, 'a.nii'))).rejects.toThrow('is not a NIfTI file')
    expect((await readFile(join(folder, 'a.nii'))).length).toBeGreaterThan(0)
  })
})

function flip(bytes: Buffer, at: number): Buffer {
  const place = at < 0 ? bytes.length + at : at
  bytes[place]! ^= 0x55
  return bytes
}

function niftiOf(
  volume: Volume,
  { datatype, bits, data }: { datatype: number; bits: number; data: Float64Array },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(352 + data.byteLength)
  bytes.set(encodeNifti(volume).subarray(0, 352))
  const header = new DataView(bytes.buffer)
  header.setInt16(70, datatype, true)
  header.setInt16(72, bits, true)
  bytes.set(new Uint8Array(data.buffer), 352)
  return bytes
}
