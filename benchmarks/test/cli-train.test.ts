import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type LabFolder, NNUNET, nnunetFolder } from './lab-folders'
import { ownCase } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

let lab: LabFolder
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  lab = await nnunetFolder()
  lab.describe(NNUNET)
})
afterEach(() => {
  lab.remove()
  vi.unstubAllEnvs()
})

const models = () => join(lab.folder, 'models')
const train = (...args: string[]) =>
  runMain('train', lab.folder, '--method', 'mt', '--iterations', '1', '--threads', '1', '--runs', models(), ...args)
const splitOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'split.json'), 'utf8'))

it('trains on every case, tests none, and leaves a folder that segments unseen scans', async () => {
  const { code, stdout, stderr } = await train()
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stderr).toContain('4 cases with labels and 2 without are trained on, none is tested.')
  const [folder, ...more] = runFolders(models())
  expect(more).toEqual([])
  expect(stdout).toBe(`${folder}\npnpm bench predict --run ${folder} <scans>\n`)
  expect(splitOf(folder!)).toMatchObject({
    labelled: ['ball_1', 'ball_2', 'ball_3', 'ball_4'],
    unlabelled: ['ball_5', 'ball_6'],
    test: [],
  })
  const result = JSON.parse(readFileSync(join(folder!, 'result.json'), 'utf8'))
  expect(result).toMatchObject({ cases: 0, labelledCases: 4 })
  expect(result).not.toHaveProperty('dice')
  // No folds are needed, and none are drawn.
  expect(existsSync(join(lab.folder, 'folds'))).toBe(false)
  expect((await train()).stderr).toContain('was there already')

  const unseen = join(lab.folder, 'unseen')
  mkdirSync(unseen)
  for (const index of [7, 8]) await writeImage(join(unseen, `scan_${index}.nii.gz`), ownCase(index).image)
  const out = join(lab.folder, 'masks')
  const predicted = await runMain('predict', unseen, '--run', folder!, '--out', out, '--threads', '1', '--force')
  expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
  const mask = await readImage(join(out, 'scan_7-label.nii.gz'))
  expect(mask).toMatchObject({ size: [24, 21, 24], spacing: [1, 1.5, 2], origin: [-10, 20, 30] })

  expect((await runMain('list', models())).stdout).toContain('1 runs, 1 done')
  expect(await runMain('report', models())).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('holds no finished run; 1 were trained on all cases and tested on none'),
  })
})

it('tests what is held out by name', async () => {
  const { code, stdout, stderr } = await train('--hold-out', 'ball_2', '--hold-out', 'ball_3')
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stdout).toMatch(/^dataset007-ball · profile full-1 · protocol common · 2 labelled/)
  const [folder] = runFolders(models())
  expect(splitOf(folder!)).toMatchObject({ labelled: ['ball_1', 'ball_4'], test: ['ball_2', 'ball_3'] })
  // As a grid on the same scans would have it.
  expect(stdout).toContain('HD95 (mm)')
})

it.each<[string, string[], () => void, number, RegExp]>([
  [
    'a case to be held out that is none',
    ['--hold-out', 'ball_5'],
    () => {},
    2,
    /--hold-out ball_5: no case of this name has a label; expected some of ball_1/,
  ],
  ['all cases held out', ['--hold-out', 'ball_1,ball_2,ball_3,ball_4'], () => {}, 2, /all 4 cases with a label are held out/],
  [
    'a method that learns from scans without labels, where there are none',
    [],
    () => {
      rmSync(join(lab.folder, 'imagesTs'), { recursive: true })
      rmSync(join(lab.folder, 'imagesTr', 'ball_5_0000.nii.gz'))
    },
    3,
    /^mt learns from scans without labels too, and dataset007-ball has 0; put some beside the others \(a batch takes 2\), or take --method supervised/m,
  ],
])('refuses %s before training', async (_what, args, spoil, code, said) => {
  spoil()
  expect(await train(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(said) })
  expect(existsSync(models())).toBe(false)
})
