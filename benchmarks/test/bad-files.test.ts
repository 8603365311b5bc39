import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Volume } from '@dualseg/data'
import { writeImage } from '@dualseg/data/node'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { laFile } from '../../packages/data/test/la-file'
import { ballInNoise } from './miniature-project'
import { type OwnDataset, ownCase, ownDataset, removePristine, type Storage, writeSeries } from './own-dataset'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

/** The case that is spoilt. */
const BAD = 'P4'
const INDEX = 3

let own: OwnDataset | undefined
afterAll(removePristine)
afterEach(() => {
  own?.remove()
  vi.unstubAllEnvs()
})

type Spoil = (own: OwnDataset) => void | Promise<void>
type Bad = readonly [what: string, storage: Storage, spoil: Spoil, reason: RegExp]

const image = (own: OwnDataset) => own.file(BAD, 'image')
const label = (own: OwnDataset) => own.file(BAD, 'label')
const overwrite = (path: string, content: Uint8Array | string) => writeFileSync(path, content)
const cutInHalf = (path: string) => truncateSync(path, readFileSync(path).length >> 1)

/** Rewrites the spoilt case's label. */
const relabel = (change: (label: Volume<Uint8Array>) => Volume) => (own: OwnDataset) =>
  writeImage(label(own), change(ownCase(INDEX).label))
const reimage = (change: (image: Volume<Float32Array>) => Volume) => (own: OwnDataset) =>
  writeImage(image(own), change(ownCase(INDEX).image))

/** Alters the bytes of a NIfTI header, compressed or not. */
const header = (change: (header: DataView) => void) => (own: OwnDataset) => {
  const path = image(own)
  const isGzipped = path.endsWith('.gz')
  const bytes = isGzipped ? gunzipSync(readFileSync(path)) : readFileSync(path)
  change(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  overwrite(path, isGzipped ? gzipSync(bytes) : bytes)
}

/** Replaces words of a text header. */
const words = (from: RegExp, to: string) => (own: OwnDataset) => {
  const text = readFileSync(image(own)).toString('latin1')
  if (!from.test(text)) throw new Error(`the header does not say ${from}`)
  overwrite(image(own), Buffer.from(text.replace(from, to), 'latin1'))
}

const h5 = (options: Parameters<typeof laFile>[0]) => async (own: OwnDataset) =>
  overwrite(image(own), await laFile({ ...ballInNoise(INDEX), ...options }))
const series = (change: Parameters<typeof writeSeries>[2]) => (own: OwnDataset) =>
  writeSeries(image(own), ownCase(INDEX).image, change)

function spoiltVoxel(value: number): Spoil {
  return reimage((made) => ({ ...made, data: made.data.map((v, i) => (i === 100 ? value : v)) }))
}

function writeSums(own: OwnDataset, change: (line: string) => string | null): void {
  const lines = own.ids.flatMap((id) =>
    (['image', 'label'] as const).flatMap((part) => {
      const path = own.file(id, part)
      const line = `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${id}/${part}.nii.gz`
      return change(line) ?? []
    }),
  )
  overwrite(join(own.volumes, 'SHA256SUMS'), `${lines.join('\n')}\n`)
}

const BAD_FILES: readonly Bad[] = [
  ['an empty file', 'nii.gz', (o) => overwrite(image(o), ''), /image\.nii\.gz.*(is not|cut off|damaged|holds)/],
  ['a page that says sorry', 'nii.gz', (o) => overwrite(image(o), '<html>not found</html>'), /image\.nii\.gz/],
  ['a page that says sorry, unpacked', 'nii', (o) => overwrite(image(o), '<html>not found</html>'), /is not a NIfTI file/],
  ['half of a compressed file', 'nii.gz', (o) => cutInHalf(image(o)), /damaged or cut off/],
  ['half of a file', 'nii', (o) => cutInHalf(image(o)), /bytes of voxels, expected \d+/],
  [
    'a byte that changed in a compressed file',
    'nii.gz',
    (o) => {
      const bytes = readFileSync(image(o))
      bytes[bytes.length >> 1]! ^= 0x55
      overwrite(image(o), bytes)
    },
    /damaged or cut off|holds|NaN/,
  ],
  [
    'a file that is not compressed as its name says',
    'nii.gz',
    (o) => overwrite(image(o), gunzipSync(readFileSync(image(o)))),
    /is not compressed by gzip, as its name says; give it the name of what it is, or compress it/,
  ],
  [
    'more voxels than were claimed',
    'nii.gz',
    (o) => overwrite(image(o), gzipSync(Buffer.concat([gunzipSync(readFileSync(image(o))), Buffer.alloc(1 << 20)]))),
    /holds more than/,
  ],
  [
    'a header that claims 32767³',
    'nii',
    header((h) => {
      for (const at of [42, 44, 46]) h.setInt16(at, 32767, true)
    }),
    /32767/,
  ],
  ['a header with an axis of 0', 'nii', header((h) => h.setInt16(44, 0, true)), /size|axis|\[/],
  [
    'a series over time',
    'nii',
    header((h) => {
      h.setInt16(40, 4, true)
      h.setInt16(48, 2, true)
    }),
    /4|axes|time/,
  ],
  ['colours', 'nii', header((h) => h.setInt16(70, 128, true)), /data type 128/],
  ['complex numbers', 'nii', header((h) => h.setInt16(70, 32, true)), /data type 32/],
  ['spacing 0', 'nii', header((h) => h.setFloat32(80, 0, true)), /spacing \[0,/],
  ['spacing that is no number', 'nii', header((h) => h.setFloat32(84, Number.NaN, true)), /spacing \[1,NaN/],
  ['voxels that begin beyond the end', 'nii', header((h) => h.setFloat32(108, 1e6, true)), /bytes of voxels/],
  ['voxels that begin within the header', 'nii', header((h) => h.setFloat32(108, 12, true)), /voxels start at byte 12/],
  ['NaN in the image', 'nii.gz', spoiltVoxel(Number.NaN), /voxel 100 is NaN/],
  ['infinity in the image', 'nrrd', spoiltVoxel(Number.POSITIVE_INFINITY), /voxel 100 is (NaN or )?[iI]nfinit/],
  ['an image of one value', 'nii.gz', reimage((made) => ({ ...made, data: made.data.map(() => 7) })), /every voxel is 7/],
  [
    'a label of another size',
    'nii.gz',
    relabel((made) => ({ ...made, data: made.data.slice(0, 24 * 21 * 23), size: [24, 21, 23] })),
    /label has size \[24,21,23\], the image \[24,21,24\]/,
  ],
  [
    'a label of another spacing',
    'nii.gz',
    relabel((made) => ({ ...made, spacing: [1, 1.5, 2.5] })),
    /label has spacing \[1,1\.5,2\.5\]/,
  ],
  ['a label in another place', 'mha', relabel((made) => ({ ...made, origin: [0, 0, 0] })), /label has origin \[0,0,0\]/],
  [
    'a label that is mirrored',
    'nii.gz',
    relabel((made) => ({ ...made, direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] })),
    /axes are turned or mirrored/,
  ],
  [
    'a label value that nobody described',
    'nii.gz',
    relabel((made) => ({ ...made, data: made.data.map((v, i) => (i === 9 ? 2 : v)) })),
    /label voxel 9 is 2, expected 0, 5, 1/,
  ],
  [
    'a label value between two',
    'nrrd',
    relabel((made) => ({ ...made, data: Float32Array.from(made.data, (v, i) => (i === 9 ? 0.5 : v)) })),
    /label voxel 9 is 0\.5/,
  ],
  [
    'a negative label',
    'nii.gz',
    relabel((made) => ({ ...made, data: Int16Array.from(made.data, (v, i) => (i === 9 ? -1 : v)) })),
    /label voxel 9 is -1/,
  ],
  [
    'a label that is all organ',
    'nii.gz',
    relabel((made) => ({ ...made, data: made.data.map(() => 1) })),
    /every voxel of the label is foreground/,
  ],
  [
    'a label with NaN',
    'nii.gz',
    relabel((made) => ({ ...made, data: Float32Array.from(made.data, (v, i) => (i === 9 ? Number.NaN : v)) })),
    /voxel 9 is NaN/,
  ],
  [
    'the image of another case under the right name',
    'nii.gz',
    (o) => {
      writeSums(o, (line) => line)
      overwrite(image(o), readFileSync(o.file('P1', 'image')))
    },
    /has SHA-256 [0-9a-f]{64}, expected/,
  ],
  [
    'a file whose sum is not listed',
    'nii.gz',
    (o) => writeSums(o, (line) => (line.includes(`${BAD}/label`) ? null : line)),
    /no SHA-256 is known for P4\/label\.nii\.gz/,
  ],
  [
    'intensities in other units',
    'nii.gz',
    (o) => o.describe({ intensity: { window: [5000, 6000], scale: 'unit' } }),
    /no voxel lies within the window 5000 to 6000/,
  ],
  ['half of an NRRD file', 'nrrd', (o) => cutInHalf(image(o)), /damaged or cut off|bytes of voxels/],
  ['an NRRD header without sizes', 'nrrd', words(/sizes: [^\n]*\n/, ''), /sizes|size/],
  ['an NRRD header with an unknown encoding', 'nrrd', words(/encoding: \w+/, 'encoding: ascii'), /encoding «ascii»/],
  [
    'an NRRD header that points elsewhere',
    'nrrd',
    words(/encoding: \w+\n/, 'encoding: raw\ndata file: ../../secret.raw\n'),
    /outside its own folder/,
  ],
  ['half of a MetaImage file', 'mha', (o) => cutInHalf(image(o)), /damaged or cut off|bytes of voxels/],
  ['a MetaImage header that claims more', 'mha', words(/DimSize = [^\n]*\n/, 'DimSize = 240 210 240\n'), /bytes of voxels|holds/],
  ['a MetaImage of vectors', 'mha', words(/ElementType =/, 'ElementNumberOfChannels = 3\nElementType ='), /3 channels/],
  ['a file that is no HDF5', 'h5', (o) => overwrite(image(o), 'spoilt'), /not an HDF5 file/],
  ['half of an HDF5 file', 'h5', (o) => cutInHalf(image(o)), /damaged or truncated|P-P4\.h5/],
  ['an HDF5 file without a label', 'h5', h5({ names: ['image', 'mask'] }), /«label»|label/],
  [
    'half of an HDF5 file without compression',
    'h5',
    async (o) => {
      await h5({ compressed: false })(o)
      cutInHalf(image(o))
    },
    /damaged or truncated/,
  ],
  [
    'an HDF5 file whose parts differ',
    'h5',
    h5({ labelShape: [24, 21, 20], label: new Uint8Array(24 * 21 * 20).fill(1, 0, 50) }),
    /label has size \[24,21,20\]/,
  ],
  [
    'an HDF5 file with an unknown label',
    'h5',
    h5({ label: ballInNoise(INDEX).label.map((v, i) => (i === 9 ? 3 : v)) }),
    /label voxel \d+ is 3/,
  ],
  [
    'a DICOM folder without slices',
    'dicom',
    (o) => {
      for (const name of readdirSync(image(o))) unlinkSync(join(image(o), name))
    },
    /holds no DICOM slice/,
  ],
  ['a DICOM series with a slice missing', 'dicom', series((slice, z) => (z === 7 ? null : slice)), /a slice is missing/],
  [
    'a DICOM series with a slice twice',
    'dicom',
    (o) => overwrite(join(image(o), 'copy.dcm'), readFileSync(join(image(o), 'slice05.dcm'))),
    /at the same place/,
  ],
  [
    'a DICOM folder of two series',
    'dicom',
    series((slice, z) => (z > 11 ? { ...slice, seriesUid: '1.2.3.9' } : slice)),
    /holds 2 series/,
  ],
  [
    'a DICOM slice that is cut off',
    'dicom',
    (o) => cutInHalf(join(image(o), 'slice05.dcm')),
    /slice05\.dcm is (damaged or )?cut off/,
  ],
  [
    'a DICOM slice that is none',
    'dicom',
    (o) => overwrite(join(image(o), 'slice05.dcm'), 'spoilt'),
    /slice05\.dcm is no DICOM file/,
  ],
  [
    'a DICOM slice of another size',
    'dicom',
    series((slice, z) => (z === 3 ? { ...slice, rows: 10, pixels: slice.pixels.slice(0, 240) } : slice)),
    /slice03\.dcm has rows|has rows 10|has rows 21/,
  ],
]

describe('a file that cannot be used', () => {
  it('comes in at least forty kinds', () => {
    expect(new Set(BAD_FILES.map(([what, storage]) => `${what} ${storage}`)).size).toBeGreaterThanOrEqual(40)
  })

  it.each(BAD_FILES)(
    '%s (%s) is refused with its case and the reason, and nothing is trained',
    async (_what, storage, spoil, reason) => {
      own = await ownDataset(storage)
      place.projectRoot = own.root
      vi.stubEnv('DUALSEG_DATA', '')
      await spoil(own)
      const runs = join(own.root, 'runs')
      const trained = await runMain('own', '--method', 'supervised', '--iterations', '1', '--threads', '1', '--runs', runs)
      expect(trained.stderr).toMatch(/of 6 own cases cannot be used/)
      const said = trained.stderr.split('\n').find((line) => line.startsWith(`  case ${BAD}: `))
      expect(said ?? trained.stderr).toMatch(reason)
      expect({ code: trained.code, stdout: trained.stdout, written: existsSync(runs) }).toEqual({
        code: 3,
        stdout: '',
        written: false,
      })
    },
  )
})
