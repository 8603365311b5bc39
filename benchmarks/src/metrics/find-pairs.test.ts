import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { findPairs } from './find-pairs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualseg-pairs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

async function pairsOf(predictions: readonly string[], labels: readonly string[]): Promise<Record<string, string>> {
  for (const [place, names] of [
    ['p', predictions],
    ['l', labels],
  ] as const) {
    rmSync(join(folder, place), { recursive: true, force: true })
    for (const name of names) {
      const path = join(folder, place, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '')
    }
  }
  const pairs = await findPairs(join(folder, 'p'), join(folder, 'l'))
  return Object.fromEntries(pairs.map(({ id, prediction }) => [id, prediction.slice(folder.length + 3)]))
}

it('pairs what bench predict wrote with the labels of its images, and takes no probabilities for masks', async () => {
  expect(
    await pairsOf(['A-label.nii.gz', 'A-probs.nii.gz', 'A-label.json', 'B-label.nrrd'], ['A.nii.gz', 'B/mri_norm2.h5']),
  ).toEqual({
    A: 'A-label.nii.gz',
    B: 'B-label.nrrd',
  })
})

it('leaves names as they are where both sides have them', async () => {
  expect(await pairsOf(['A-label.nii', 'B-probs.nii'], ['A-label.nii', 'B-probs.nii'])).toEqual({
    'A-label': 'A-label.nii',
    'B-probs': 'B-probs.nii',
  })
})

it('refuses probabilities alone, and a mask beside another file of its case', async () => {
  await expect(pairsOf(['A-probs.nii'], ['A.nii'])).rejects.toThrow(/l has no A-probs/)
  await expect(pairsOf(['A.nii', 'A-label.nii'], ['A.nii'])).rejects.toThrow(/l has no A-label/)
})

it('says of a place that is not there, or is no folder, what it is', async () => {
  await expect(findPairs(join(folder, 'nowhere'), folder)).rejects.toThrow(
    `bench metrics: ${join(folder, 'nowhere')} is not there; look for another spelling`,
  )
})
