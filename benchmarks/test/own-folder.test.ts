import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readImage } from '@dualseg/data/node'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { projectRoot } from '../src/data/project-root'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 600_000 })

const volumes = join(projectRoot, 'datasets', 'hippocampus', 'volumes')
const document = readFileSync(join(projectRoot, 'docs', 'how-to', 'own-folder.md'), 'utf8')
const commands = /```sh\n([^`]*)```/.exec(document)![1]!.trim().split('\n')

let root: string
/** Ten real MRIs in nnU-Net's layout, four of them without a label, and one that is seen by nobody. */
beforeAll(() => {
  vi.stubEnv('DUALSEG_DATA', '')
  root = mkdtempSync(join(tmpdir(), 'dualseg-lab-'))
  for (const folder of ['lab/imagesTr', 'lab/labelsTr', 'unseen']) mkdirSync(join(root, folder), { recursive: true })
  for (const [index, name] of readdirSync(join(volumes, 'imagesTr')).slice(0, 11).entries()) {
    if (index === 10) copyFileSync(join(volumes, 'imagesTr', name), join(root, 'unseen', name))
    else copyFileSync(join(volumes, 'imagesTr', name), join(root, 'lab/imagesTr', name.replace('.nii.gz', '_0000.nii.gz')))
    if (index < 6) copyFileSync(join(volumes, 'labelsTr', name), join(root, 'lab/labelsTr', name))
  }
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

/** A line of the document in the test's folder. */
function words(line: string): string[] {
  return line
    .replace(/^pnpm bench /, '')
    .split(' ')
    .map((word) => word.replace('~', root))
    .map((word) => (/^(check\.html|masks)$/.test(word) ? join(root, word) : word))
}

it('has five commands, of which these are the tests', () => {
  expect(commands.map((line) => words(line).find((word) => !word.startsWith(root)))).toEqual([
    'data',
    'data',
    '--method',
    'train',
    'predict',
  ])
})

it('init and check: described with its classes, and all of it can be used', async () => {
  const made = await runMain(...words(commands[0]!))
  expect({ code: made.code }, made.stderr).toEqual({ code: 0 })
  expect(made.stdout).toContain('label values 1, 2, as found in 6 cases')
  const checked = await runMain(...words(commands[1]!))
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('10 of 10 cases can be used: 6 with labels, 4 without.')
  expect(existsSync(join(root, 'check.html'))).toBe(true)
})

it('a plan of folds, a model from all of it, and a mask of a scan that nobody saw', async () => {
  const short = ['--iterations', '1', '--threads', '1', '--engine', 'wasm']
  const plan = await runMain(...words(commands[2]!), ...short)
  expect({ code: plan.code }, plan.stderr).toEqual({ code: 0 })
  expect(plan.stdout).toMatch(/A training step takes up to \d+\.\d GB of tensors\.\n3 runs, about /)

  const models = join(root, 'models')
  const trained = await runMain(...words(commands[3]!), ...short, '--runs', models)
  expect({ code: trained.code }, trained.stderr).toEqual({ code: 0 })
  expect(trained.stderr).toContain('6 cases with labels and 4 without are trained on, none is tested.')

  const [folder] = runFolders(models)
  const line = words(commands[4]!).map((word) => (word.startsWith('models/') ? folder! : word))
  const predicted = await runMain(...line, '--threads', '1', '--engine', 'wasm')
  expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
  const [scan] = readdirSync(join(root, 'unseen'))
  const image = await readImage(join(root, 'unseen', scan!))
  const mask = await readImage(join(root, 'masks', scan!.replace('.nii.gz', '-label.nii.gz')))
  for (const value of new Set(mask.data)) expect([0, 1, 2]).toContain(value)
  expect(mask).toMatchObject({ size: image.size, spacing: image.spacing, origin: image.origin, direction: image.direction })
})
