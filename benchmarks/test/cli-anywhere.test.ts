import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

vi.setConfig({ testTimeout: 300_000 })

let own: OwnDataset
/** A folder with blanks and umlauts, in no checkout, with scans in the folder of their description. */
let lab: string
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  own = await ownDataset()
  place.projectRoot = own.root
  const elsewhere = mkdtempSync(join(tmpdir(), 'dualseg-lab-'))
  lab = join(elsewhere, 'Übung am Herzen')
  renameSync(own.folder, lab)
  for (const id of own.ids) renameSync(join(lab, 'volumes', id), join(lab, id))
  rmSync(join(lab, 'volumes'), { recursive: true })
})
afterEach(() => {
  own.remove()
  rmSync(join(lab, '..'), { recursive: true, force: true })
  vi.unstubAllEnvs()
})
afterAll(removePristine)

const runs = () => join(own.root, 'runs')
const train = (reference: string, ...args: string[]) =>
  runMain(reference, '--method', 'supervised', '--iterations', '1', '--threads', '1', '--runs', runs(), ...args)

it('a data set is a folder, or its dataset.json, from anywhere on the disk', async () => {
  const checked = await runMain('data', 'check', lab)
  expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
  expect(checked.stdout).toContain('6 of 6 cases can be used.')

  const { code, stdout, stderr } = await train(lab, '--predictions')
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stdout).toMatch(/^own · profile quick-1 · /)
  // The same data set, however it is named.
  vi.stubEnv('npm_lifecycle_event', 'bench')
  vi.stubEnv('npm_package_json', join(process.cwd(), 'package.json'))
  vi.stubEnv('INIT_CWD', join(lab, '..'))
  for (const word of ['Übung am Herzen', './Übung am Herzen/', join(lab, 'dataset.json')])
    expect((await train(word)).stderr).toContain('was there already')
  expect(runFolders(runs())).toHaveLength(1)
  const other = await runMain('ablation', 'Übung am Herzen', '--iterations', '1', '--dry-run', '--threads', '1')
  expect({ code: other.code }, other.stderr).toEqual({ code: 0 })
  expect(other.stdout).toContain('dualnet without uncertainty fold 0 seed 1')

  const silent = await runMain('report', runs(), '--html', join(own.root, 'silent'))
  expect(silent).toMatchObject({ code: 0, stderr: expect.stringContaining('the own volumes are not at hand') })
  const reported = await runMain('report', runs(), '--html', join(own.root, 'report'), '--data', lab)
  expect({ code: reported.code }, reported.stderr).toEqual({ code: 0 })
  expect(readdirSync(join(own.root, 'report', 'volumes', 'own')).length).toBe(4)
  expect((await runMain('report', runs())).stdout).toContain('pnpm bench "<folder of own>" --method supervised')
})

it('keeps what it draws beside its description, and looks there for scans before DUALSEG_DATA', async () => {
  const description = JSON.parse(readFileSync(join(lab, 'dataset.json'), 'utf8'))
  writeFileSync(join(lab, 'dataset.json'), JSON.stringify({ ...description, folds: { count: 3, seed: 7 } }))
  const another = await ownDataset()
  vi.stubEnv('DUALSEG_DATA', another.volumes)
  rmSync(join(another.volumes, 'P6'), { recursive: true })
  const { code, stderr } = await train(lab, '--dry-run')
  another.remove()
  expect({ code }, stderr).toEqual({ code: 0 })
  expect(stderr).toContain('3 folds of 6 cases drawn with seed 7')
  expect(readdirSync(join(lab, 'folds')).length).toBe(6)
})

it.each<[string, string, () => string, number, RegExp]>([
  [
    'a folder without a description',
    'folder',
    () => join(own.root),
    3,
    /dataset\.json is not there; name a folder with a dataset\.json/,
  ],
  ['a path of nothing', 'nothing', () => join(lab, 'nothing'), 3, /nothing is not there; name a folder/],
  [
    'a name that is neither a data set nor a folder',
    'liver',
    () => 'liver',
    2,
    /^bench( data check)? liver: (.*Known: |there is no folder .*liver with a dataset\.json)/,
  ],
  ['a file that is no description', 'scans', () => join(lab, 'P1', 'image.nii.gz'), 3, /image\.nii\.gz: is no text in UTF-8/],
])('says what is wrong with %s', async (_title, _word, word, code, said) => {
  for (const line of [[word()], ['data', 'check', word()]]) {
    expect(await runMain(...line)).toMatchObject({ code, stderr: expect.stringMatching(said) })
  }
})

it('may have no name that means something else', async () => {
  const description = JSON.parse(readFileSync(join(lab, 'dataset.json'), 'utf8'))
  mkdirSync(join(own.root, 'datasets', 'heart'), { recursive: true })
  writeFileSync(join(own.root, 'datasets', 'heart', 'dataset.json'), JSON.stringify({ ...description, name: 'heart' }))
  for (const [name, said] of [
    ['heart', /no other data set may be called heart, for datasets\/heart is; give it another name there/],
    ['heart-phantom', /no data set may be called heart-phantom, as runs on the built-in phantom are; give it another name/],
  ] as const) {
    writeFileSync(join(lab, 'dataset.json'), JSON.stringify({ ...description, name }))
    expect(await runMain('data', 'check', lab)).toMatchObject({ code: 3, stderr: expect.stringMatching(said) })
  }
})

it('without its scans is refused: a phantom in its place would be another data set', async () => {
  for (const id of own.ids) rmSync(join(lab, id), { recursive: true })
  expect(await train(lab)).toMatchObject({ code: 3, stderr: expect.stringMatching(/^own: no volumes are at hand; .*<case>/m) })
})
