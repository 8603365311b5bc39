import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { describe as describeDataset } from '../src/data/description'
import { DECATHLON, decathlonFolder, type LabFolder, NNUNET, nnunetFolder } from './lab-folders'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

let lab: LabFolder
beforeEach(() => vi.stubEnv('DUALSEG_DATA', '') && undefined)
afterEach(() => {
  lab.remove()
  vi.unstubAllEnvs()
})

const train = (...args: string[]) =>
  runMain(lab.folder, '--method', 'mt', '--iterations', '1', '--threads', '1', '--runs', join(lab.folder, 'runs'), ...args)

it("reads nnU-Net's raw layout as it stands: cases, classes, scans without labels; patch and folds follow from the scans", async () => {
  lab = await nnunetFolder()
  lab.describe(NNUNET)
  const checked = await runMain('data', 'check', lab.folder)
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('6 of 6 cases can be used: 4 with labels, 2 without.')
  expect(await describeDataset(lab.folder)).toMatchObject({
    name: 'dataset007-ball',
    files: { image: 'imagesTr/{case}_0000.nii.gz', label: 'labelsTr/{case}.nii.gz', unlabelled: 'imagesTs/{case}_0000.nii.gz' },
    classes: [{ name: 'ball', values: [1] }],
    channels: [{ intensity: { kind: 'standardise', outside: 'minimum' } }],
    profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8] } },
    profile: 'full',
    labelled: 2,
    folds: { count: 2, seed: 1 },
  })
  const { code, stdout, stderr } = await train()
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stdout).toMatch(/^dataset007-ball · profile full-1 · protocol common · labelled cases drawn · 2 labelled · fold 0/)
})

it("reads the Decathlon's as it stands", async () => {
  lab = await decathlonFolder()
  lab.describe(DECATHLON)
  expect(await describeDataset(join(lab.folder, 'dataset.json'))).toMatchObject({
    name: 'task07-ball',
    title: 'Ball',
    files: { image: 'imagesTr/{case}.nii.gz', label: 'labelsTr/{case}.nii.gz', unlabelled: 'imagesTs/{case}.nii.gz' },
    classes: [{ name: 'ball', values: [1] }],
    channels: [{ intensity: { kind: 'standardise', window: [-1000, 1000], outside: 'minimum' } }],
    labelled: 2,
  })
  expect((await runMain('data', 'check', lab.folder)).stdout).toContain('4 with labels, 2 without.')
})

it.each<[string, Record<string, unknown>, RegExp]>([
  [
    'channels that are not numbered from 0',
    { channel_names: { '1': 'T1', '2': 'FLAIR' } },
    /dataset\.json: channels are numbered 1, 2; expected 0, 1, 2, …/,
  ],
  ['an ignored label', { labels: { background: 0, ball: 1, ignore: 2 } }, /label ignore: .*outline them/],
  ['a path for every case', { dataset: { a: { images: ['x'], label: 'y' } } }, /"dataset" names a path for every case/],
  [
    'a value in words',
    { labels: { background: 0, ball: 'one' } },
    /dataset\.json has channel_names, as nnU-Net's dataset\.json does, and cannot be read as one:\n {2}labels\.ball: /,
  ],
  ['a missing ending', { file_ending: undefined }, /cannot be read as one:\n {2}file_ending: is missing, expected string$/m],
  ['colour', { channel_names: { '0': 'rgb_to_0_1' } }, /rgb_to_0_1 is of colour pictures/],
  [
    'regions that cross',
    { labels: { a: [1, 2], b: [2, 3], c: [1, 3] } },
    /labels: the values of . lie in several other regions that cross each other/,
  ],
])('says of %s in nnU-Net’s file what is not done', async (_what, change, said) => {
  lab = await nnunetFolder()
  lab.describe({ ...NNUNET, ...change })
  expect(await train()).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(said) })
  expect(existsSync(join(lab.folder, 'runs'))).toBe(false)
})

it('takes regions that overlap apart', async () => {
  lab = await nnunetFolder({ twoClasses: true })
  lab.describe({ ...NNUNET, labels: { background: 0, whole: [1, 2], core: [2] } })
  expect((await describeDataset(lab.folder)).classes.flatMap(({ values }) => values)).toEqual([1, 2])
})

it('says which images of the Decathlon’s list are not there', async () => {
  lab = await decathlonFolder()
  lab.describe(DECATHLON)
  rmSync(join(lab.folder, 'imagesTr', 'ball_3.nii.gz'))
  expect(await train()).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/1 of 4 training images are not there, such as \.\/imagesTr\/ball_3\.nii\.gz; get them again/),
  })
})

it('says that there are too few labels', async () => {
  lab = await nnunetFolder()
  lab.describe(NNUNET)
  rmSync(join(lab.folder, 'labelsTr', 'ball_3.nii.gz'))
  expect(await train()).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/3 of 6 scans have a label \(labelsTr\/<case>\.nii\.gz\); at least 4 are needed/),
  })
})
