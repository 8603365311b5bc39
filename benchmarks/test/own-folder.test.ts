import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readImage } from '@dualseg/data/node'
import { loadRun, useEngine } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { projectRoot } from '../src/data/project-root'
import { modelMetadata } from '../src/export/model-metadata'
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

it('models of it in ONNX: what the run sees, and all that one needs to use them', async () => {
  const [folder] = runFolders(join(root, 'models'))
  const named = ['export', '--run', folder!, '--onnx', join(root, 'lab.onnx')]
  const exported = await runMain(...named)
  expect({ code: exported.code }, exported.stderr).toEqual({ code: 0 })
  expect(exported.stdout.trim()).toBe(join(root, 'lab.onnx'))

  // The command computes nothing, and leaves the engine in plain JavaScript.
  await useEngine('wasm', { threads: 1 })
  const run = await loadRun(folder!)
  const [network] = run.networks
  const metadata = modelMetadata(run, network!.name, '1')
  const { patch, stride } = run.settings
  expect(JSON.parse(metadata['dualseg.classes']!)).toEqual([
    { channel: 1, name: 'label 1', values: [1] },
    { channel: 2, name: 'label 2', values: [2] },
  ])
  expect(JSON.parse(metadata['dualseg.window']!)).toEqual({ patch, stride, mirror: [], decide: 'argmax' })
  expect(JSON.parse(metadata['dualseg.networks']!)).toEqual({ this: network!.name, mean: [network!.name] })
  expect(JSON.parse(metadata['dualseg.preparation']!)).toMatchObject({ intensity: { kind: 'standardise' }, reduce: 1 })
  expect(JSON.parse(metadata['dualseg.run']!)).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), fold: 0 })
  const bytes = readFileSync(join(root, 'lab.onnx'))
  for (const text of Object.entries(metadata).flat().slice(2)) expect(bytes.includes(text)).toBe(true)

  const [x, y, z] = [16, 32, 16]
  const values = Float32Array.from({ length: x * y * z }, (_, i) => Math.sin(i / 3) + Math.cos(i / 40))
  const expected = tf.tidy(() => tf.transpose(network!.score(tf.tensor5d(values, [1, x, y, z, 1])).probs, [0, 4, 1, 2, 3]))
  const session = await InferenceSession.create(join(root, 'lab.onnx'))
  const { probs } = await session.run({ image: new Tensor('float32', values, [1, 1, x, y, z]) })
  const apart = tf.tidy(() => tf.max(tf.abs(tf.sub(expected, tf.tensor(probs!.data as Float32Array, expected.shape)))))
  expect((await apart.data())[0]).toBeLessThan(1e-4)
  run.dispose()

  writeFileSync(join(root, 'notes.onnx'), 'mine')
  const refused = await runMain(...named.slice(0, -1), join(root, 'notes.onnx'))
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('notes.onnx: something else lies there') })
})

/** One that has onnxruntime and nibabel. */
const PYTHON = process.env.DUALSEG_ONNX_PYTHON

it.skipIf(PYTHON === undefined)(
  'the document on Python makes the mask that bench predict makes (DUALSEG_ONNX_PYTHON)',
  async () => {
    const program = /```python\n([\s\S]*?)```/.exec(readFileSync(join(projectRoot, 'docs', 'how-to', 'export.md'), 'utf8'))![1]!
    writeFileSync(join(root, 'segment.py'), program)
    const [scan] = readdirSync(join(root, 'unseen'))
    execFileSync(PYTHON!, ['segment.py', join('unseen', scan!), 'python.nii.gz', 'lab.onnx'], { cwd: root })
    const [ours, theirs] = [
      await readImage(join(root, 'masks', scan!.replace('.nii.gz', '-label.nii.gz'))),
      await readImage(join(root, 'python.nii.gz')),
    ]
    expect(theirs).toMatchObject({ size: ours.size, spacing: ours.spacing, origin: ours.origin, direction: ours.direction })
    // Where two classes are equal to the last digits, either may win.
    const apart = Array.from(ours.data).filter((value, i) => value !== theirs.data[i]).length
    expect(apart).toBeLessThanOrEqual(ours.data.length * 1e-4)
  },
)
