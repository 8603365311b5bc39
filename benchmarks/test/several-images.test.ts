import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { projectRoot } from '../src/data/project-root'
import { ownCase } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 600_000 })

const document = readFileSync(join(projectRoot, 'docs', 'how-to', 'own-folder.md'), 'utf8')
const section = document.slice(document.indexOf('## Several images a case'))
const commands = /```sh\n([^`]*)```/.exec(section)![1]!.trim().split('\n')
const edits = JSON.parse(/```json\n([^`]*)```/.exec(section)![1]!)

let root: string
/** Six cases, two of them without a label, and one that is seen by nobody; a ball whose quarters are four organs, one of them nobody's. */
beforeAll(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  root = mkdtempSync(join(tmpdir(), 'dualseg-organs-'))
  for (let index = 0; index < 7; index++) {
    const folder = index < 6 ? join(root, 'organs', `P${index + 1}`) : join(root, 'new', 'P9')
    const { image, label } = ownCase(index)
    const spacing: [number, number, number] = index === 0 ? [1, 1.5, 1] : image.spacing
    const ct = image.data.map((value) => 300 * value - 900)
    const values = [5, 7, 2, 4]
    const organs = label.data.map((value, i) =>
      value === 0 ? 0 : values[2 * Number(i % 24 > 11) + Number(Math.floor(i / (24 * 21)) > 11)]!,
    )
    await writeImage(join(folder, 'ct.nii.gz'), { ...image, spacing, data: ct })
    await writeImage(join(folder, 'pet.nii.gz'), {
      ...image,
      spacing,
      data: image.data.map((value, i) => value + Number(organs[i] === 7)),
    })
    if (index < 4) await writeImage(join(folder, 'label.nii.gz'), { ...label, spacing, data: organs })
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
    .map((word) => (/^(organs\.html|masks)$/.test(word) ? join(root, word) : word))
}

it('from a folder of cases with two images and several organs to masks with their values', async () => {
  const made = await runMain(...words(commands[0]!))
  expect({ code: made.code }, made.stderr).toEqual({ code: 0 })
  expect(made.stdout).toContain('scans are {case}/ct.nii.gz with {case}/pet.nii.gz, labels {case}/label.nii.gz')
  expect(made.stdout).toContain('ct: a CT, for values go below -100')
  expect(made.stdout).toContain('pet: no CT')
  const file = join(root, 'organs', 'dataset.json')
  const described = JSON.parse(readFileSync(file, 'utf8'))
  expect(described.channels).toMatchObject([
    { name: 'ct', image: '{case}/ct.nii.gz' },
    { name: 'pet', image: '{case}/pet.nii.gz' },
  ])
  expect(described.classes.map(({ values }: { values: number[] }) => values)).toEqual([[2], [4], [5], [7]])
  writeFileSync(file, JSON.stringify({ ...described, ...edits }))

  const checked = await runMain(...words(commands[1]!))
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('6 of 6 cases can be used: 4 with labels, 2 without.')
  expect(checked.stderr).toContain('Scans are brought to 1 × 1.5 × 2 mm where they have other steps')

  const short = ['--threads', '1', '--engine', 'wasm']
  const models = join(root, 'models')
  const trained = await runMain(...words(commands[2]!), ...short, '--iterations', '1', '--runs', models)
  expect({ code: trained.code }, trained.stderr).toEqual({ code: 0 })
  const [folder] = runFolders(models)
  const line = words(commands[3]!).map((word) => (word.startsWith('models/') ? folder! : word))
  const predicted = await runMain(...line, ...short)
  expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
  const image = await readImage(join(root, 'new', 'P9', 'ct.nii.gz'))
  const mask = await readImage(join(root, 'masks', 'ct-label.nii.gz'))
  for (const value of new Set(mask.data)) expect([0, 5, 7, 2]).toContain(value)
  expect(mask).toMatchObject({ size: image.size, spacing: image.spacing, origin: image.origin, direction: image.direction })
  for (const name of ['1-liver', '2-pancreas', '3-kidneys'])
    expect((await readImage(join(root, 'masks', `ct-probs-${name}.nii.gz`))).size).toEqual(image.size)
})
