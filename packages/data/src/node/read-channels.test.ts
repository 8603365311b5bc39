import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNifti } from '../encode-nifti'
import { makeBatch } from '../make-batch'
import type { Triple } from '../volume'
import type { FilesSource } from './case-source'
import { CaseStore } from './case-store'
import { countVolumes, readImage } from './images/read-image'
import { writeImage } from './images/write-image'
import { readFilesCase } from './read-files-case'

const root = mkdtempSync(join(tmpdir(), 'dualseg-channels-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string) => join(root, name)

const size: Triple = [4, 3, 5]
const grid = { size, spacing: [1, 2, 3] as Triple, origin: [1, 2, 3] as Triple }
const counted = (from: number, step: number) => Float32Array.from({ length: 60 }, (_, i) => from + step * i)
const label = Uint8Array.from({ length: 60 }, (_, i) => Number(i % 4 > 1))

/** A 4-D NIfTI-1 file of volumes on one grid. */
function stacked(volumes: readonly Float32Array[]): Uint8Array {
  const [first, ...others] = volumes
  const head = encodeNifti({ ...grid, data: first! })
  const view = new DataView(head.buffer)
  view.setInt16(40, 4, true)
  view.setInt16(48, volumes.length, true)
  return Buffer.concat([head, ...others.map((data) => Buffer.from(data.buffer))])
}

const source: FilesSource = {
  kind: 'files',
  root,
  image: '{case}-t1.nii',
  channel: 'T1',
  otherChannels: [{ name: 'FLAIR', image: '{case}-flair.nii', intensity: { kind: 'none', window: [0, 10], outside: 'minimum' } }],
  label: '{case}-label.nii',
  classes: [{ name: 'organ', values: [1] }],
  intensity: { kind: 'unit', outside: 'minimum' },
}
const all = { image: true, label: true }

beforeAll(async () => {
  await writeImage(at('A-t1.nii'), { ...grid, data: counted(100, 1) })
  await writeImage(at('A-flair.nii'), { ...grid, data: counted(-20, 1) })
  await writeImage(at('A-label.nii'), { ...grid, data: label })
  await writeImage(at('B-t1.nii'), { ...grid, data: counted(100, 1) })
  await writeImage(at('C-t1.nii'), { ...grid, data: counted(100, 1) })
  await writeImage(at('C-flair.nii'), { ...grid, spacing: [1, 2, 4], data: counted(-20, 1) })
  await writeFile(at('D.nii.gz'), gzipSync(stacked([counted(100, 1), counted(-20, 1), counted(0, 2)])))
  await writeImage(at('D-label.nii'), { ...grid, data: label })
})

describe('several images a case', () => {
  it('are read each under its own rule, with what lies beyond them', async () => {
    const { image, otherChannels } = await readFilesCase(source, 'A', all)
    expect([image!.data[0], image!.data[59], image!.outside]).toEqual([0, 1, 0])
    const [flair] = otherChannels!
    expect([flair!.data[0], flair!.data[25], flair!.data[59], flair!.outside]).toEqual([0, 5, 10, 0])
  })

  it('may be the volumes of one 4-D file', async () => {
    expect(await countVolumes(at('D.nii.gz'))).toBe(3)
    const ofFile = {
      ...source,
      image: '{case}.nii.gz',
      volume: 0,
      otherChannels: [{ ...source.otherChannels![0]!, image: '{case}.nii.gz', volume: 1 }],
    }
    const [apart, together] = [await readFilesCase(source, 'A', all), await readFilesCase(ofFile, 'D', all)]
    expect(together.image!.data).toEqual(apart.image!.data)
    expect(together.otherChannels![0]!.data).toEqual(apart.otherChannels![0]!.data)
    expect((await readImage(at('D.nii.gz'), { volume: 2 })).data).toEqual(counted(0, 2))
    await expect(readImage(at('D.nii.gz'))).rejects.toThrow(
      'holds 4 axes [4,3,5,3], expected one 3-D image; if they are channels',
    )
    await expect(readImage(at('D.nii.gz'), { volume: 3 })).rejects.toThrow(
      'holds 3 volumes, expected a volume 3 (counted from 0)',
    )
  })

  it.each([
    ['B', `case B: its FLAIR image ${at('B-flair.nii')} is not there; put it there, or take the case away`],
    [
      'C',
      `case C: FLAIR (${at('C-flair.nii')}) has spacing [1,2,4], T1 (${at('C-t1.nii')}) [1,2,3]; all channels of a case must be on one grid: bring FLAIR to T1's`,
    ],
  ])('case %s, whose second one is missing or lies elsewhere, is refused', async (id, said) => {
    await expect(readFilesCase(source, id, { image: true, label: false })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: said,
    })
    await expect(readFilesCase(source, id, { image: false, label: false })).rejects.toThrow(said)
  })

  it('come side by side in a batch, cut alike, beyond the scan what each has there', async () => {
    const store = new CaseStore({ ...source, intensity: { kind: 'none', outside: 7 } }, { threads: 0 })
    await store.load({ labelled: ['A'] })
    const plan = {
      seed: 1,
      patch: [6, 4, 4] as Triple,
      labelled: ['A'],
      unlabelled: [],
      labelledPerBatch: 1,
      unlabelledPerBatch: 0,
      rotFlip: true,
    }
    const { image, imageShape } = makeBatch(new Map([['A', store.trainingCase('A', true)]]), plan, 0)
    expect(imageShape).toEqual([1, 6, 4, 4, 2])
    let beyond = 0
    for (let i = 0; i < image.length; i += 2) {
      const [t1, flair] = [image[i]!, image[i + 1]!]
      if (t1 === 7) beyond++
      expect(flair).toBe(t1 === 7 ? 0 : Math.min(10, Math.max(0, t1 - 120)))
    }
    expect(beyond).toBeGreaterThan(0)
  })

  it('leave one channel the sum that its files and rule always had', async () => {
    const { channel: _, otherChannels: __, ...one } = { ...source, intensity: { kind: 'unit' } as const }
    const sums = ['A-t1.nii', 'A-label.nii'].map((name) =>
      createHash('sha256')
        .update(readFileSync(at(name)))
        .digest('hex'),
    )
    const rule = JSON.stringify({ foreground: [1], background: [], kind: 'unit' })
    const expected = createHash('sha256')
      .update([...sums, rule].join('\n'))
      .digest('hex')
    expect((await readFilesCase(one, 'A', all)).sha256).toBe(expected)
    expect((await readFilesCase(source, 'A', all)).sha256).not.toBe(expected)
  })
})

it('brings image and label to a spacing, and keeps the label of the files for the test', async () => {
  const store = new CaseStore({ ...source, spacing: [1, 1, 3] }, { threads: 0 })
  await store.load({ labelled: ['A'], test: ['A'] })
  expect([store.image('A').size, store.otherChannels('A')[0]!.size, store.label('A').size, store.reference('A').size]).toEqual([
    [4, 6, 5],
    [4, 6, 5],
    [4, 6, 5],
    size,
  ])
  expect(store.resampledGrid('A')).toMatchObject({ size: [4, 6, 5], spacing: [1, 1, 3] })
  await writeImage(at('E-t1.nii'), { size, spacing: [1, 1, 1], spacingUnit: 'voxel', data: counted(0, 1) })
  await writeImage(at('E-flair.nii'), { size, spacing: [1, 1, 1], spacingUnit: 'voxel', data: counted(0, 1) })
  await expect(readFilesCase({ ...source, spacing: [1, 1, 3] }, 'E', { image: true, label: false })).rejects.toThrow(
    'case E: its files carry no spacing, so they cannot be brought to 1 x 1 x 3 mm',
  )
})
