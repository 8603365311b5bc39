import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNifti } from '@dualseg/data'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { caseImages } from './case-images'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualseg-case-images-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

/** A NIfTI file of some volumes of a voxel each. */
function stacked(name: string, volumes: number): string {
  const head = encodeNifti({ size: [1, 1, 1], spacing: [1, 1, 1], data: Float32Array.of(0) })
  const view = new DataView(head.buffer)
  view.setInt16(40, 4, true)
  view.setInt16(48, volumes, true)
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([head, Buffer.alloc(4 * (volumes - 1))]))
  return path
}

const TWO = ['T1', 'FLAIR']

it('leaves images alone where a run takes one a case', async () => {
  expect(await caseImages(['a_0000.nii', 'b.mha'], undefined)).toEqual([
    { path: 'a_0000.nii', named: 'a_0000.nii', images: [{ path: 'a_0000.nii' }], notes: [] },
    { path: 'b.mha', named: 'b.mha', images: [{ path: 'b.mha' }], notes: [] },
  ])
})

it('puts numbered files together by case and folder, whatever their order, and says which is missing or too many', async () => {
  const cases = await caseImages(
    ['x/a_0001.nii', 'y/a_0000.nii', 'x/a_0000.nii', 'b_0000.nrrd', 'b_0001.nrrd', 'b_0002.nrrd'],
    TWO,
  )
  expect(cases.map(({ named, images, refused }) => ({ named, images: images.map(({ path }) => path), refused }))).toEqual([
    { named: join('x', 'a.nii'), images: ['x/a_0000.nii', 'x/a_0001.nii'], refused: undefined },
    {
      named: join('y', 'a.nii'),
      images: ['y/a_0000.nii'],
      refused: 'FLAIR (a_0001.nii) is not there; the run takes 2 images a case: T1, FLAIR',
    },
    {
      named: 'b.nrrd',
      images: ['b_0000.nrrd', 'b_0001.nrrd'],
      refused: "b_0002.nrrd is no image of the run's, which takes 2 a case: T1, FLAIR",
    },
  ])
})

it('takes the volumes of a 4-D file for channels, as many as the run has', async () => {
  const [two, three] = [stacked('two.nii', 2), stacked('three.nii', 3)]
  const cases = await caseImages([two, three], TWO)
  expect(cases[0]).toMatchObject({
    path: two,
    images: [
      { path: two, volume: 0 },
      { path: two, volume: 1 },
    ],
  })
  expect(cases[0]).not.toHaveProperty('refused')
  expect(cases[1]!.refused).toBe('it holds 3 volumes, and the run takes 2 images a case: T1, FLAIR')
})

it('takes files without numbers in the order of the channels, of one case alone', async () => {
  expect(await caseImages(['t1.nii.gz', 'flair.nii.gz'], TWO)).toMatchObject([
    { named: 't1.nii.gz', notes: ['t1.nii.gz is taken for T1', 'flair.nii.gz is taken for FLAIR'] },
  ])
  for (const files of [['a.mha'], ['a.mha', 'b.mha', 'c.mha', 'd.mha'], ['a.mha', 'b.mha', 'c_0000.mha', 'c_0001.mha']])
    await expect(caseImages(files, TWO)).rejects.toMatchObject({
      code: 'DUALSEG_USAGE',
      message: expect.stringMatching(
        /takes 2 images a case \(T1, FLAIR\), and \d of the files given do not say which they are, such as a\.mha/,
      ),
    })
})
