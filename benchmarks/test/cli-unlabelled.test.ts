import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drawFolds } from '../src/data/folds/draw-folds'
import { writeLists } from '../src/data/folds/write-lists'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

vi.setConfig({ testTimeout: 300_000 })

let own: OwnDataset
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  own = await ownDataset()
  place.projectRoot = own.root
})
afterEach(() => {
  own.remove()
  vi.unstubAllEnvs()
})
afterAll(removePristine)

const runs = () => join(own.root, 'runs')
const train = (method: string, ...args: string[]) =>
  runMain('own', '--method', method, '--iterations', '1', '--threads', '1', '--runs', runs(), ...args)
const splitOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'split.json'), 'utf8'))

/** P5 and P6 without labels, in a folder of their own, and two folds of the four others. */
function withoutLabels(): void {
  own.describe({
    files: { image: '{case}/image.nii.gz', label: '{case}/label.nii.gz', unlabelled: 'more/{case}.nii.gz' },
    folds: { count: 2, seed: 7 },
  })
  rmSync(own.file('P5', 'label'))
  mkdirSync(join(own.volumes, 'more'))
  renameSync(own.file('P6', 'image'), join(own.volumes, 'more', 'P6.nii.gz'))
  rmSync(join(own.volumes, 'P6'), { recursive: true })
}

it('scans without labels train every fold as unlabelled, are never tested, and are never counted as labelled', async () => {
  withoutLabels()
  const checked = await runMain('data', 'check', 'own', '--html', join(own.root, 'check.html'))
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('6 of 6 cases can be used: 4 with labels, 2 without.')
  expect(checked.stdout).toMatch(/│ P5 +│ unlabelled +│ 24 × 21 × 24 .*│ – +│ good; no label/)
  expect(
    JSON.parse((await runMain('data', 'check', 'own', '--json')).stdout).cases.map(
      (one: { isLabelled: boolean }) => one.isLabelled,
    ),
  ).toEqual([true, true, true, true, false, false])

  // Both of a fold's two training cases are labelled: without the two others a batch could not be filled.
  const { code, stderr } = await train('supervised,mt', '--fold', 'all')
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stderr).toContain('2 of 6 cases have no label: every fold trains on them as unlabelled, and tests none.')
  const splits = runFolders(runs()).map((folder) => ({ folder, ...splitOf(folder) }))
  expect(splits).toHaveLength(4)
  for (const { folder, labelled, unlabelled, test } of splits) {
    expect([...labelled, ...test].sort()).toEqual(['P1', 'P2', 'P3', 'P4'])
    expect(unlabelled).toEqual(folder.includes('/mt/') ? ['P5', 'P6'] : [])
  }
  expect(splits[0].drawings).toEqual(splits[3].drawings)
  expect(await train('mt', '--labelled', '3')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('2 labelled cases would do (the training list of fold 0 has 2 with labels and 2 without'),
  })
})

it.each<[string, () => void, RegExp]>([
  [
    'a label that lists need',
    () => rmSync(own.file('P2', 'label')),
    /^1 of 6 own cases of the lists have no label: P2 \(.*P2\/label\.nii\.gz is not there\); put them there, or take the cases out of the lists in .*lists: scans without labels that are in no list train as unlabelled/m,
  ],
  [
    'a label that drawn folds need',
    () => {
      own.describe({ folds: { count: 2, seed: 7 } })
      writeLists(join(own.folder, 'folds'), drawFolds(own.ids.slice(0, 4), { count: 2, seed: 7 }))
      rmSync(own.file('P2', 'label'))
      rmSync(own.file('P5', 'label'))
    },
    /no label: P2 .*were drawn from cases with labels: put them back, or delete .*folds, and folds are drawn anew/,
  ],
  [
    'a case with two images',
    () => {
      withoutLabels()
      writeFileSync(join(own.volumes, 'more', 'P1.nii.gz'), '')
    },
    /^case P1 has two images, .*P1\/image\.nii\.gz and .*more\/P1\.nii\.gz; rename one, or take it away/m,
  ],
  [
    'no label at all',
    () => {
      own.describe({ files: { image: '{case}/image.nii.gz', label: '{case}/mask.nii.gz' }, folds: { count: 2, seed: 7 } })
    },
    /0 cases that have a label and can be used \(of 6\) cannot make 2 folds/,
  ],
])('%s is refused before training, with what to do', async (_title, spoil, said) => {
  spoil()
  expect(await train('supervised')).toMatchObject({ code: 3, stderr: expect.stringMatching(said) })
  expect(existsSync(runs())).toBe(false)
})

it('an unlabelled scan that is also a test case, under another name, is a leak', async () => {
  withoutLabels()
  writeFileSync(own.file('P5', 'image'), readFileSync(own.file('P1', 'image')))
  expect(await train('mt')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/P1 and P5 have the same image, and one could be tested/),
  })
})
