import { copyFileSync, existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

// A project of the test's own in the place of this one.
const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let own: OwnDataset
beforeEach(async () => {
  own = await ownDataset()
  place.projectRoot = own.root
  vi.stubEnv('DUALSEG_DATA', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  own.remove()
})
afterAll(removePristine)

const ENGINE = ['--threads', '1', '--engine', 'wasm']
const train = (...args: string[]) =>
  runMain(
    'own',
    '--method',
    'mt',
    '--no-twins',
    '--iterations',
    '1',
    '--profile',
    'full',
    '--runs',
    join(own.root, 'runs'),
    ...ENGINE,
    ...args,
  )
const list = (name: string, lines: readonly string[], end = '\n') =>
  writeFileSync(join(own.folder, 'lists', `${name}.list`), lines.map((line) => line + end).join(''))

describe('before anything is trained', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'one file for two cases, trained on and tested',
      () => copyFileSync(own.file('P1', 'image'), own.file('P3', 'image')),
      /fold 0 trains on P3 and tests P1, which have the same image/,
    ],
    [
      'the same by a link',
      () => {
        renameSync(own.file('P3', 'image'), join(own.root, 'old'))
        symlinkSync(own.file('P1', 'image'), own.file('P3', 'image'))
      },
      /fold 0 trains on P3 and tests P1, which have the same image/,
    ],
    [
      'more labelled cases than there are',
      () => own.describe({ labelled: 40 }),
      /dataset\.json, labelled 40: mt: 2 labelled cases would do \(the training list of fold 0 has 4/,
    ],
    ['a case twice in a list', () => list('train0', ['P3', 'P4', 'P3', 'P5', 'P6']), /train0\.list.*P3/],
    ['a case that is trained on and tested', () => list('train0', ['P1', 'P3', 'P4', 'P5', 'P6']), /P1/],
    [
      'a case that nobody knows',
      () => {
        list('test0', ['P1', 'P2', 'P9'])
        for (const fold of [1, 2]) list(`train${fold}`, ['P1', 'P2', 'P9', ...(fold === 1 ? ['P5', 'P6'] : ['P3', 'P4'])])
      },
      /1 of 7 own cases are not in .*: P9; put them there, or take them out of the lists/,
    ],
    ['a list without a case', () => list('train0', []), /train0\.list/],
  ])('refuses %s', async (_what, spoil, said) => {
    spoil()
    const { code, stdout, stderr } = await train('--fold', '0')
    expect({ code, stdout }, stderr).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(said)
    expect(existsSync(join(own.root, 'runs'))).toBe(false)
  })
})

it('lists of any system, with blanks at line ends, are those without', async () => {
  const before = await train('--fold', '0', '--dry-run', '--json')
  for (const name of ['train0', 'test0']) {
    const lines = readFileSync(join(own.folder, 'lists', `${name}.list`), 'utf8')
      .trim()
      .split('\n')
    list(name, lines, ' \t\r\n')
  }
  const after = await train('--fold', '0', '--dry-run', '--json')
  expect({ code: after.code }, after.stderr).toEqual({ code: 0 })
  const folders = (text: string) => JSON.parse(text).runs.map(({ folder }: { folder: string }) => folder)
  expect(folders(after.stdout)).toEqual(folders(before.stdout))
})

it('names with blanks, umlauts or a dash before them work from lists to masks', async () => {
  const names: Record<string, string> = { P1: '-Fall 1', P2: 'Müller, A', P3: '--x', P4: 'ß ü', P5: '(5)', P6: '%6' }
  for (const [id, name] of Object.entries(names)) renameSync(join(own.volumes, id), join(own.volumes, name))
  for (const fold of [0, 1, 2]) {
    for (const kind of ['train', 'test']) {
      const ids = readFileSync(join(own.folder, 'lists', `${kind}${fold}.list`), 'utf8')
        .trim()
        .split('\n')
      list(
        `${kind}${fold}`,
        ids.map((id) => names[id]!),
      )
    }
  }
  expect((await runMain('data', 'check', 'own')).stdout).toContain('6 of 6 cases can be used')
  const { code, stderr } = await train('--fold', '0', '--predictions')
  expect({ code }, stderr).toEqual({ code: 0 })
  const [folder] = runFolders(join(own.root, 'runs'))
  for (const name of ['-Fall 1', 'Müller, A']) expect(existsSync(join(folder!, 'predictions', `${name}.nii.gz`))).toBe(true)
  const out = join(own.root, 'masks')
  const predicted = await runMain(
    'predict',
    '--run',
    folder!,
    '--out',
    out,
    ...ENGINE,
    ...Object.values(names).map((name) => own.file(name, 'image')),
  )
  expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
  for (const name of Object.values(names)) expect(existsSync(join(out, `${name}-label.nii.gz`))).toBe(true)
  const html = join(own.root, 'report')
  const reported = await runMain('report', join(own.root, 'runs'), '--html', html)
  expect({ code: reported.code }, reported.stderr).toEqual({ code: 0 })
  const held = await runMain(
    'train',
    'own',
    '--method',
    'supervised',
    '--profile',
    'full',
    '--iterations',
    '1',
    '--hold-out=-Fall 1',
    '--hold-out=--x',
    '--runs',
    join(own.root, 'models'),
    ...ENGINE,
  )
  expect({ code: held.code }, held.stderr).toEqual({ code: 0 })
})
