import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describe as describeDataset } from '../src/data/description'
import { DECATHLON, decathlonFolder, type LabFolder, NNUNET, nnunetFolder } from './lab-folders'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

let lab: LabFolder
beforeEach(() => vi.stubEnv('DUALSEG_DATA', '') && undefined)
afterEach(() => {
  lab.remove()
  vi.unstubAllEnvs()
})
const at = (...parts: string[]) => join(lab.folder, ...parts)
const ENGINE = ['--threads', '1', '--engine', 'wasm']
const train = (method: string, ...args: string[]) =>
  runMain(
    lab.folder,
    '--method',
    method,
    '--fold',
    '0',
    '--no-twins',
    '--iterations',
    '1',
    '--runs',
    at('runs'),
    ...ENGINE,
    ...args,
  )

const TWO = { ...NNUNET, channel_names: { '0': 'T1', '1': 'FLAIR' }, labels: { background: 0, lower: 1, upper: 2 } }

describe("two images a case in nnU-Net's layout, with two classes", () => {
  beforeEach(async () => {
    lab = await nnunetFolder({ twoClasses: true, twoImages: true })
    lab.describe(TWO)
  })

  it('are trained on together, and segmented from a folder of such files as they were tested', async () => {
    const { code, stderr } = await train('mt', '--predictions', '--fold', '0')
    expect({ code }, stderr).toEqual({ code: 0 })
    const [folder] = runFolders(at('runs'))
    const { config } = JSON.parse(readFileSync(join(folder!, 'config.json'), 'utf8'))
    expect(config.settings).toMatchObject({ channelNames: ['T1', 'FLAIR'], classNames: ['lower', 'upper'] })
    const { test } = JSON.parse(readFileSync(join(folder!, 'split.json'), 'utf8'))
    mkdirSync(at('new'))
    for (const number of ['0000', '0001'])
      copyFileSync(at('imagesTr', `${test[0]}_${number}.nii.gz`), at('new', `${test[0]}_${number}.nii.gz`))
    copyFileSync(at('imagesTr', `${test[1]}_0000.nii.gz`), at('new', `${test[1]}_0000.nii.gz`))
    const predict = (...files: string[]) => runMain('predict', ...files, '--run', folder!, '--out', at('masks'), ...ENGINE)
    const predicted = await predict(at('new'))
    expect(predicted.code).toBe(3)
    expect(predicted.stderr).toContain(
      `${test[1]}_0000.nii.gz: FLAIR (${test[1]}_0001.nii.gz) is not there; the run takes 2 images a case: T1, FLAIR`,
    )
    const mask = await readImage(at('masks', `${test[0]}-label.nii.gz`))
    expect(mask.data).toEqual((await readImage(join(folder!, 'predictions', `${test[0]}.nii.gz`))).data)
    const record = JSON.parse(readFileSync(at('masks', `${test[0]}-label.json`), 'utf8'))
    expect(record.images).toHaveLength(2)

    // Without numbers: one case's files in the order of the channels.
    for (const [name, number] of [
      ['t1', '0000'],
      ['flair', '0001'],
    ])
      copyFileSync(at('imagesTr', `${test[0]}_${number}.nii.gz`), at('new', `${name}.nii.gz`))
    const ordered = await predict(at('new', 't1.nii.gz'), at('new', 'flair.nii.gz'))
    expect({ code: ordered.code }, ordered.stderr).toEqual({ code: 0 })
    expect(ordered.stderr).toContain('Note: flair.nii.gz is taken for FLAIR.')
    expect((await readImage(at('masks', 't1-label.nii.gz'))).data).toEqual(mask.data)
    expect(await predict(at('new', 't1.nii.gz'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /the run takes 2 images a case \(T1, FLAIR\), and 1 of the files given do not say which they are/,
      ),
    })
  })

  it('name the case that lacks one, and the one whose second lies elsewhere', async () => {
    rmSync(at('imagesTr', 'ball_2_0001.nii.gz'))
    const file = at('imagesTr', 'ball_3_0001.nii.gz')
    await writeImage(file, { ...(await readImage(file)), spacing: [1, 1, 1] })
    const { code, stdout, stderr } = await runMain('data', 'check', lab.folder)
    expect({ code }).toEqual({ code: 3 })
    expect(stdout).toContain('4 of 6 cases can be used')
    expect(stderr).toContain(`case ball_2: its FLAIR image ${at('imagesTr', 'ball_2_0001.nii.gz')} is not there`)
    expect(stderr).toMatch(
      /case ball_3: FLAIR \(.*ball_3_0001\.nii\.gz\) has spacing \[1,1,1\], T1 \(.*\) \[1,1\.5,2\]; all channels of a case must be on one grid/,
    )
  })
})

it("takes the Decathlon's several modalities for the volumes of one file each", async () => {
  lab = await decathlonFolder()
  lab.describe({ ...DECATHLON, modality: { '0': 'FLAIR', '1': 'CT' } })
  expect((await describeDataset(lab.folder)).channels).toMatchObject([
    { name: 'FLAIR', image: 'imagesTr/{case}.nii.gz', volume: 0, intensity: { kind: 'standardise' } },
    { name: 'CT', image: 'imagesTr/{case}.nii.gz', volume: 1, intensity: { window: [-1000, 1000] } },
  ])
  // These files hold one.
  const { code, stderr } = await runMain('data', 'check', lab.folder)
  expect({ code }, stderr).toEqual({ code: 3 })
  expect(stderr).toContain('ball_1.nii.gz: holds 1 volume, expected a volume 1 (counted from 0)')
})

describe('a description of ours', () => {
  beforeEach(async () => {
    lab = await nnunetFolder({ twoImages: true })
    lab.describe(OURS)
  })
  const channel = (name: string, number: string) => ({
    name,
    image: `imagesTr/{case}_${number}.nii.gz`,
    unlabelled: `imagesTs/{case}_${number}.nii.gz`,
    intensity: { scale: 'standard' },
  })
  const OURS = {
    name: 'balls',
    title: 'Balls',
    files: { label: 'labelsTr/{case}.nii.gz' },
    channels: [channel('T1', '0000'), channel('FLAIR', '0001')],
    labels: { foreground: [1] },
    spacing: 'median',
    profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8] } },
    labelled: 2,
    folds: { count: 2, seed: 1 },
  }

  it('of channels and a spacing: trained there, scored and segmented on the grid of the files', async () => {
    // The other scans have 1 x 1.5 x 2 mm.
    for (const number of ['0000', '0001']) {
      const file = at('imagesTr', `ball_1_${number}.nii.gz`)
      await writeImage(file, { ...(await readImage(file)), spacing: [1, 1, 1] })
    }
    const label = at('labelsTr', 'ball_1.nii.gz')
    await writeImage(label, { ...(await readImage(label)), spacing: [1, 1, 1] })
    const { code, stderr } = await train('mt', '--predictions', '--fold', '0,1')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).not.toContain('different spacings')
    const folder = runFolders(at('runs')).find((one) =>
      JSON.parse(readFileSync(join(one, 'split.json'), 'utf8')).test.includes('ball_1'),
    )!
    const tested = await readImage(join(folder, 'predictions', 'ball_1.nii.gz'))
    expect(tested).toMatchObject({ size: [24, 21, 24], spacing: [1, 1, 1] })
    expect(JSON.parse(readFileSync(join(folder, 'input.json'), 'utf8')).preparation).toMatchObject({
      spacing: [1, 1.5, 2],
      interpolation: 'cubic',
    })
    const files = ['0000', '0001'].map((number) => at('imagesTr', `ball_1_${number}.nii.gz`))
    const predicted = await runMain('predict', ...files, '--run', folder, '--out', at('masks'), ...ENGINE)
    expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
    const mask = await readImage(at('masks', 'ball_1-label.nii.gz'))
    expect(mask.data).toEqual(tested.data)
    expect(mask.spacing).toEqual([1, 1, 1])
    const both = runFolders(at('runs'))
    const mean = await runMain('predict', ...files, ...both.flatMap((run) => ['--run', run]), '--out', at('mean'), ...ENGINE)
    expect({ code: mean.code }, mean.stderr).toEqual({ code: 0 })
    expect(JSON.parse(readFileSync(at('mean', 'ball_1-label.json'), 'utf8')).runs).toEqual(both)
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'two channels of one name',
      { channels: [channel('T1', '0000'), channel('t1', '0001')] },
      /channels: 't1' is the name of two channels/,
    ],
    [
      'one file for two channels',
      { channels: [channel('T1', '0000'), channel('FLAIR', '0000')] },
      /channels: T1 and FLAIR are one image, imagesTr\/\{case\}_0000\.nii\.gz; name another file, or which "volume"/,
    ],
    ['both forms', { intensity: { scale: 'unit' } }, /'channels' says of every channel what 'intensity' says of a single one/],
    ['neither form', { channels: undefined }, /give 'files\.image' \(one image a case\) or 'channels' \(several\)/],
    ['a spacing of 0', { spacing: [1, 0, 1] }, /spacing\.1: /],
    [
      'an outside in words',
      { channels: [{ ...channel('T1', '0000'), intensity: { outside: 'air' } }] },
      /channels\.0\.intensity\.outside: /,
    ],
  ])('that has %s is refused', async (_what, change, said) => {
    lab.describe({ ...OURS, ...change })
    await expect(describeDataset(lab.folder)).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringMatching(said),
    })
  })
})
