import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keepRecord, recordPath } from '../../predict/prediction-record'
import { volumesIn } from '../find-volumes'
import { type FilePatterns, findPatterns } from './find-patterns'

function folderOf(...files: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-scans-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  return folder
}

describe('scans and labels told apart by their names', () => {
  it.each<[string[], FilePatterns]>([
    [
      ['A/image.nii.gz', 'A/label.nii.gz', 'B/image.nii.gz', 'B/label.nii.gz', 'C/image.nii.gz'],
      { image: '{case}/image.nii.gz', label: '{case}/label.nii.gz' },
    ],
    [
      ['Größe 1/t1.mha', 'Größe 1/mask.mha', 'Größe 2/t1.mha', 'Größe 2/mask.mha'],
      { image: '{case}/t1.mha', label: '{case}/mask.mha' },
    ],
    [
      ['images/p1.nii', 'images/p2.nii', 'images/p3.nii', 'labels/p1.nii', 'labels/p3.nii', '._p1.nii'],
      { image: 'images/{case}.nii', label: 'labels/{case}.nii' },
    ],
    [
      ['imagesTr/a_1_0000.nii.gz', 'imagesTr/a_2_0000.nii.gz', 'labelsTr/a_1.nii.gz', 'labelsTr/a_2.nii.gz'],
      { image: 'imagesTr/{case}_0000.nii.gz', label: 'labelsTr/{case}.nii.gz' },
    ],
    [['p1.nrrd', 'p2.nrrd', 'p1_seg.nrrd', 'p2_seg.nrrd'], { image: '{case}.nrrd', label: '{case}_seg.nrrd' }],
    [
      ['scans/img_07.nii.gz', 'scans/img_12.nii.gz', 'truth/label_07.nii.gz', 'truth/label_12.nii.gz'],
      { image: 'scans/img_{case}.nii.gz', label: 'truth/label_{case}.nii.gz' },
    ],
    [
      ['P1/P1.nii.gz', 'P1/P1_seg.nii.gz', 'P2/P2.nii.gz', 'P2/P2_seg.nii.gz'],
      { image: '{case}/{case}.nii.gz', label: '{case}/{case}_seg.nii.gz' },
    ],
    [
      ['A/flair.nii', 'A/t1.nii', 'A/seg.nii', 'B/flair.nii', 'B/t1.nii'],
      {
        image: '{case}/flair.nii',
        label: '{case}/seg.nii',
        kinds: [
          { name: 'flair', image: '{case}/flair.nii' },
          { name: 't1', image: '{case}/t1.nii' },
        ],
      },
    ],
    [
      ['scans/a_0000.mha', 'scans/a_0001.mha', 'scans/b_0000.mha', 'scans/b_0001.mha', 'masks/a.mha', 'masks/b.mha'],
      {
        image: 'scans/{case}_0000.mha',
        label: 'masks/{case}.mha',
        kinds: [
          { name: '0000', image: 'scans/{case}_0000.mha' },
          { name: '0001', image: 'scans/{case}_0001.mha' },
        ],
      },
    ],
    [
      ['t1/p1.nii', 't1/p2.nii', 't2/p1.nii', 't2/p2.nii', 'labels/p1.nii', 'labels/p2.nii'],
      {
        image: 't1/{case}.nii',
        label: 'labels/{case}.nii',
        kinds: [
          { name: 't1', image: 't1/{case}.nii' },
          { name: 't2', image: 't2/{case}.nii' },
        ],
      },
    ],
  ])('%j', (files, patterns) => {
    expect(findPatterns(folderOf(...files))).toEqual(patterns)
  })

  it('takes no mask that bench predict wrote for a label', () => {
    const folder = folderOf('p1.nii', 'p2.nii', 'p1_seg.nii', 'p2_seg.nii', 'p1-label.nii')
    keepRecord(recordPath(folder, 'p1'), [join(folder, 'p1-label.nii')], {})
    expect(findPatterns(folder)).toEqual({ image: '{case}.nii', label: '{case}_seg.nii' })
    expect(volumesIn(folder, { image: '{case}.nii', label: '{case}_seg.nii', others: [] })?.ids).not.toContain('p1-label')
  })

  it.each<[string, string[], RegExp]>([
    ['no scan', ['labels/a.nii'], /no scan is found \(of 1 image files, 1 look like labels\)/],
    ['no label', ['a.nii', 'b.nii'], /2 scans and no label are found/],
    [
      'names that do not meet',
      ['images/a.nii', 'labels/x.nii'],
      /labels such as labels\/x\.nii are not named as scans such as images\/a\.nii are/,
    ],
    ['nothing', ['read.me'], /no scan is found \(of 0 image files/],
  ])('are refused with how to name them: %s', (_what, files, said) => {
    expect(() => findPatterns(folderOf(...files))).toThrow(said)
    expect(() => findPatterns(folderOf(...files))).toThrow(
      /write its dataset\.json by hand .* or name files <case>\/image\.nii\.gz/,
    )
  })
})
