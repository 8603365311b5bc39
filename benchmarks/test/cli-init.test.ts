import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type LabFolder, NNUNET, nnunetFolder } from './lab-folders'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

let lab: LabFolder
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  lab = await nnunetFolder({ twoClasses: true })
})
afterEach(() => {
  lab.remove()
  vi.unstubAllEnvs()
})

const init = (...args: string[]) => runMain('data', 'init', lab.folder, ...args)
const written = (name: string) => JSON.parse(readFileSync(join(lab.folder, name), 'utf8'))

it('looks at a folder of scans, describes it, and says what was guessed; what it wrote is what bench takes', async () => {
  rmSync(join(lab.folder, 'imagesTs'), { recursive: true })
  const { code, stdout, stderr } = await init()
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(written('dataset.json')).toEqual({
    name: 'dataset007-ball',
    title: 'dataset007-ball',
    files: { image: 'imagesTr/{case}_0000.nii.gz', label: 'labelsTr/{case}.nii.gz' },
    classes: [
      { name: 'label 1', values: [1] },
      { name: 'label 2', values: [2] },
    ],
    intensity: { scale: 'standard' },
    profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8] } },
    labelled: 1,
    folds: { count: 2, seed: 1 },
  })
  expect(stdout).toContain('dataset.json is written. Guessed, to be read through:')
  expect(stdout).toContain('label values 1, 2, as found in 4 cases')
  expect(stdout).toContain('the median scan has 24 x 21 x 24 voxels')
  const checked = await runMain('data', 'check', lab.folder)
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('5 of 5 cases can be used: 4 with labels, 1 without.')

  const before = readFileSync(join(lab.folder, 'dataset.json'), 'utf8')
  expect(await init()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('dataset.json is there already and is left as it is'),
  })
  expect(readFileSync(join(lab.folder, 'dataset.json'), 'utf8')).toBe(before)
})

it("writes a dualseg.json beside nnU-Net's dataset.json, which is taken from then on", async () => {
  lab.describe(NNUNET)
  const { code, stdout, stderr } = await init('--json')
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(JSON.parse(stdout)).toMatchObject({ file: join(lab.folder, 'dualseg.json'), description: { labelled: 2 } })
  expect(written('dataset.json')).toEqual(NNUNET)
  expect(written('dualseg.json').files.unlabelled).toBe('imagesTs/{case}_0000.nii.gz')
  renameSync(join(lab.folder, 'dataset.json'), join(lab.folder, 'nnunet.json'))
  expect((await runMain('data', 'check', lab.folder)).stderr).toContain('label voxel')
})

it("sees a CT by its values, and takes the outlined voxels' window", async () => {
  rmSync(join(lab.folder, 'imagesTs'), { recursive: true })
  for (const n of [1, 2, 3, 4, 5]) {
    const path = join(lab.folder, 'imagesTr', `ball_${n}_0000.nii.gz`)
    const { data, size, spacing, origin } = await readImage(path)
    // Noise about -900, the ball far above.
    await writeImage(path, { size, spacing, origin: origin!, data: Float32Array.from(data, (value) => 300 * value - 900) })
  }
  const { code, stdout, stderr } = await init()
  expect({ code }, stderr).toEqual({ code: 0 })
  const [low, high] = written('dataset.json').intensity.window
  expect(stdout).toContain(`a CT, for values go below -100: cut to ${low} … ${high} HU`)
  expect(Math.abs(low % 5)).toBe(0)
  expect(low).toBeLessThan(high)
})

it('refuses what is no folder, and scans whose labels it cannot tell', async () => {
  expect(await runMain('data', 'init', join(lab.folder, 'nothing'))).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/nothing is no folder; name the one that the scans lie in/),
  })
  rmSync(join(lab.folder, 'labelsTr'), { recursive: true })
  expect(await init()).toMatchObject({ code: 3, stderr: expect.stringMatching(/6 scans and no label are found/) })
  expect(existsSync(join(lab.folder, 'dataset.json'))).toBe(false)
})
