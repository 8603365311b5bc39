import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { keepRecord, readRecord, recordPath, refuseOverwriting } from './prediction-record'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualseg-record-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (name: string) => join(folder, name)
const ENDINGS = ['nii.gz', 'nrrd']
const refuse = (overwrite: boolean, names = ['A', 'B']) => refuseOverwriting(folder, names, ENDINGS, overwrite)

function predicted(name: string, ...files: string[]): void {
  for (const file of files) writeFileSync(at(file), file)
  keepRecord(recordPath(folder, name), files.map(at), { run: '/runs/a', method: 'mt' })
}

it('says which run made which files, with their sums', () => {
  predicted('A', 'A-label.nii.gz', 'A-probs.nii.gz')
  expect(readRecord(at('A-label.json'))).toEqual({
    kind: 'DualSeg prediction',
    run: '/runs/a',
    method: 'mt',
    files: [
      { name: 'A-label.nii.gz', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'A-probs.nii.gz', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ],
  })
})

it('lets new results be written, and older ones only if that is asked for', () => {
  refuse(false)
  predicted('B', 'B-label.nii.gz')
  expect(() => refuse(false)).toThrow(`${at('B-label.nii.gz')} is there already; --overwrite replaces what bench predict wrote`)
  refuse(true)
})

it('never lets a file be replaced that it did not write, such as a label beside its scan', () => {
  writeFileSync(at('A-label.nrrd'), 'by hand')
  expect(() => refuse(false)).toThrow('A-label.nrrd is there already')
  expect(() => refuse(true)).toThrow(
    `--overwrite: ${at('A-label.nrrd')} was not written by bench predict, as far as is known; move it away`,
  )
  rmSync(at('A-label.nrrd'))
  writeFileSync(at('A-label.json'), '{"mine": true}')
  expect(() => refuse(true)).toThrow('A-label.json was not written by bench predict')
})

it('leaves no file of an older prediction that the new one does not have', () => {
  predicted('A', 'A-label.nii.gz', 'A-probs.nii.gz')
  writeFileSync(at('A-other.nii.gz'), 'mine')
  predicted('A', 'A-label.nrrd')
  expect(readdirSync(folder).sort()).toEqual(['A-label.json', 'A-label.nrrd', 'A-other.nii.gz'])
  expect(readFileSync(at('A-other.nii.gz'), 'utf8')).toBe('mine')
})
