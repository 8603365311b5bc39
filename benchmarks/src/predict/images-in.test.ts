import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { imagesIn } from './images-in'
import { keepRecord, recordPath } from './prediction-record'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualseg-images-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (name: string) => join(folder, name)

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), name)
  }
}

it('takes the images in a folder, without hidden ones, other files, and masks that it wrote itself', () => {
  write('a/B.nii.gz', 'a/A.nrrd', 'a/._B.nii.gz', 'a/notes.txt', 'a/B-label.nii.gz')
  keepRecord(recordPath(at('a'), 'B'), [at('a/B-label.nii.gz')], {})
  expect(imagesIn([at('a'), at('x.nii')])).toEqual([at('a/A.nrrd'), at('a/B.nii.gz'), at('x.nii')])
})

it('takes a folder of slices as a series, and a folder of folders case by case', () => {
  write('dicom/1.dcm', 'dicom/2.dcm', 'bare/IM0001', 'cases/P1/mri_norm2.h5', 'cases/P2/1.dcm', 'cases/P3/x.mha')
  expect(imagesIn([at('dicom'), at('bare'), at('cases')])).toEqual([
    at('dicom'),
    at('bare'),
    at('cases/P1/mri_norm2.h5'),
    at('cases/P2'),
    at('cases/P3/x.mha'),
  ])
})

it('refuses a folder of both, and leaves what is not there to the reader', () => {
  write('both/a.nii', 'both/1.dcm')
  expect(() => imagesIn([at('both')])).toThrow(
    'holds image files (a.nii) and DICOM slices (1.dcm); give each a folder of its own',
  )
  expect(imagesIn([at('nowhere')])).toEqual([at('nowhere')])
})
