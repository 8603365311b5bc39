import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeImage } from '@dualseg/data/node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runFolders } from '../src/report/find-runs'
import { makeRun, twentyCases } from './run-files-made'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let root: string
const at = (...parts: string[]) => join(root, ...parts)
/** Files of this name and what is in them. */
const contents = () =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(at(name)).isFile())
    .map((name) => [name, readFileSync(at(name), 'latin1')])

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-misuses-'))
  place.projectRoot = root
  vi.stubEnv('DUALSEG_DATA', '')
  makeRun(at('runs'), { method: 'mt', dice: twentyCases(0.7) })
  makeRun(at('runs'), { method: 'dualnet', dice: twentyCases(0.8) })
  for (const folder of ['empty', 'notes', 'kit', 'out', 'a', 'b']) mkdirSync(at(folder))
  for (const file of ['mine.txt', 'notes/index.html', 'out/scan-label.nii.gz', 'scan.nii.gz']) writeFileSync(at(file), 'mine')
  const folder = at('datasets', 'own')
  mkdirSync(folder, { recursive: true })
  const description = {
    name: 'own',
    title: 'Own',
    files: { image: '{case}/image.nii.gz', label: '{case}/label.nii.gz' },
    labels: { foreground: [1] },
    intensity: { scale: 'standard' },
    profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8] } },
    labelled: 2,
    fetch: { url: 'https://nowhere.invalid/{case}/image.nii.gz', terms: 'None.' },
    folds: { lists: 'lists' },
  }
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(description))
  mkdirSync(at('datasets', 'pancreas'))
  writeFileSync(at('datasets', 'pancreas', 'dataset.json'), JSON.stringify({ ...description, name: 'pancreas' }))
  mkdirSync(join(folder, 'lists'))
  writeFileSync(join(folder, 'lists', 'train0.list'), 'A\nB\n')
  writeFileSync(join(folder, 'lists', 'test0.list'), 'C\n')
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

/** What platforms say when nobody speaks for them. */
const RAW =
  /\bE[A-Z]{4,}\b|ERR_|no such file|is a directory|illegal operation|properties of (undefined|null)|is not a function|not iterable|Unexpected (token|end)|^\s+at /m

type Misuse = readonly [what: string, words: () => string[], code: number, said: RegExp]
const list = (text: string) => () => {
  writeFileSync(at('datasets', 'own', 'lists', 'train0.list'), text)
  return ['own', '--dry-run']
}
/** The description with something else in it. */
const otherwise = (change: Readonly<Record<string, unknown>>) => () => {
  const file = at('datasets', 'own', 'dataset.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
  return ['data', 'check', 'own']
}
const profile = (change: object) => ({ profiles: { full: { patch: [16, 16, 16], stride: [8, 8, 8], ...change } } })
const described = (text: string) => () => {
  writeFileSync(at('datasets', 'own', 'dataset.json'), text)
  return ['data', 'check', 'own']
}
const kit = (file: string, text: string) => () => {
  writeFileSync(at('kit', file), text)
  return ['conformance', at('kit'), '--engine', 'cpu']
}
const prepare = (images: () => string, labels: () => string, more: () => string[] = () => []) => {
  return () => ['data', 'prepare', 'pancreas', '--images', images(), '--labels', labels(), ...more()]
}
const predict = (...more: string[]) => {
  return () => ['predict', '--run', at('nowhere'), '--out', at('out'), ...more, at('scan.nii.gz')]
}
const speedWith = (python: string) =>
  `speed --what step --method vnet --size 16x16x16 --engine cpu --peer pytorch --python`.split(' ').concat(python)

const MISUSES: readonly Misuse[] = [
  // Words of the command line.
  ['a variable of the shell that is not set', () => ['list', ''], 2, /^bench list: an empty word is given; leave it away, or/],
  ['the same among images', () => ['predict', '--run', at('runs'), '', at('scan.nii.gz')], 2, /an empty word is given/],
  [
    'runs in the place of a file',
    () => ['own', '--dry-run', '--runs', at('mine.txt')],
    1,
    /^--runs: .*mine\.txt is there already and is no folder; /,
  ],
  [
    'the same where it trains',
    () => ['own', '--runs', at('mine.txt')],
    1,
    /^--runs: .*mine\.txt is there already and is no folder; /,
  ],
  ...['--dry-run', '--table'].map(
    (only): Misuse => [
      `runs below a file, ${only}`,
      () => ['own', only, '--runs', at('mine.txt', 'runs')],
      1,
      /^--runs: .*mine\.txt is there already and is no folder; /,
    ],
  ),
  ['a result of a grid that never was', () => ['own', '--table', '--runs', at('mine.txt')], 1, /^--runs: .*is no folder/],
  [
    'a study in the place of a file',
    () => ['study', '--method', 'supervised', '--iterations', '1', '--engine', 'cpu', '--runs', at('mine.txt')],
    1,
    /^--runs: .*mine\.txt is there already and is no folder; /,
  ],
  [
    'one file too many',
    () => ['metrics', 'a', 'b', 'c'],
    2,
    /^bench metrics: "c" is no option; .*, and <prediction> <reference> are given already/,
  ],
  [
    'an address that is none',
    () => ['data', 'fetch', 'own', '--from', 'my-server/la'],
    2,
    /^--from my-server\/la: no address that begins with https:\/\/ or http:\/\/$/m,
  ],
  // Lists and descriptions.
  [
    'a case that leads elsewhere',
    list('../A\nB\n'),
    3,
    /train0\.list: "\.\.\/A" is no name of a case, for files are named after cases; expected/,
  ],
  ['a case with a null character', list('A\0\nB\n'), 3, /train0\.list: "A\\u0000" is no name of a case/],
  ['a case that begins with a dot', list('.A\nB\n'), 3, /"\.A" is no name of a case/],
  ['an empty description', described(''), 3, /dataset\.json is not JSON: line 1, column 1: value expected/],
  [
    'a description that is null',
    described('null'),
    3,
    /dataset\.json:\n {2}the whole: Invalid input: expected object, received null/,
  ],
  ['a description of null characters', described('\0\0'), 3, /dataset\.json is not JSON: line 1, column 1: invalid symbol/],
  [
    'more iterations than a command line takes',
    otherwise(profile({ iterations: 1e12 })),
    3,
    /full\.iterations: Too big: expected number to be <=1000000/,
  ],
  ['filters of no network', otherwise(profile({ filters: 1e6 })), 3, /full\.filters: Too big: expected number to be <=256/],
  [
    'a patch of no scan',
    otherwise(profile({ patch: [16, 16, 4096] })),
    3,
    /full\.patch\.2: Too big: expected number to be <=1024/,
  ],
  ['a seed that --seed would not take', otherwise({ folds: { count: 2, seed: 2 ** 40 } }), 3, /folds.*seed: Too big/],
  [
    'an address of a file',
    otherwise({ fetch: { url: 'file:///{case}', terms: '' } }),
    3,
    /fetch\.url: must be an address that begins with https:\/\/ or http:\/\//,
  ],
  [
    'an address that cannot be decoded',
    otherwise({ fetch: { url: 'https://x.org/%E0%A4', terms: '' } }),
    3,
    /fetch\.url: must contain \{case\}/,
  ],
  // Places that are others'.
  [
    'a report over its own runs',
    () => ['report', at('runs'), '--html', at('runs')],
    2,
    /--html .*runs: something else lies there; name a new folder/,
  ],
  [
    'a report over a page of somebody else',
    () => ['report', at('runs'), '--html', at('notes')],
    2,
    /--html .*notes: something else lies there/,
  ],
  [
    'a report over a file',
    () => ['report', at('runs'), '--html', at('mine.txt')],
    2,
    /--html .*mine\.txt: something else lies there/,
  ],
  [
    'a report on volumes that are not there',
    () => ['report', at('runs'), '--data', at('nowhere')],
    3,
    /nowhere is not there; look for another spelling$/m,
  ],
  [
    'pictures over a file of somebody else',
    () => ['data', 'check', 'own', '--html', at('mine.txt')],
    2,
    /--html .*mine\.txt: something else lies there; name a new file/,
  ],
  [
    'a mask where one is',
    predict(),
    2,
    /^bench predict: .*scan-label\.nii\.gz is there already; --overwrite replaces what bench predict wrote, or give another --out/,
  ],
  [
    'a mask over one that bench predict did not write',
    predict('--overwrite'),
    2,
    /^--overwrite: .*scan-label\.nii\.gz was not written by bench predict, .*; move it away/,
  ],
  ['the same in another format', predict('--format', 'nrrd'), 2, /scan-label\.nii\.gz is there already/],
  ['a run that is not there', () => ['predict', '--run', at('nowhere'), '--out', at('c'), at('scan.nii.gz')], 3, /nowhere/],
  // Scans to prepare.
  [
    'scans that are not there',
    prepare(
      () => at('nowhere'),
      () => at('empty'),
    ),
    3,
    /nowhere is not there; give the folder of scans and the folder of labels/,
  ],
  [
    'labels that are not there',
    prepare(
      () => at('empty'),
      () => at('nowhere'),
    ),
    3,
    /nowhere is not there; give the folder of scans/,
  ],
  [
    'no scans',
    prepare(
      () => at('empty'),
      () => at('empty'),
    ),
    3,
    /empty holds no scans; expected one folder or image file a case, with its number in the name/,
  ],
  [
    'a file for the folder of scans',
    prepare(
      () => at('mine.txt'),
      () => at('empty'),
    ),
    3,
    /mine\.txt is a file, or lies below one, where a folder is expected/,
  ],
  [
    'a scan that is none',
    prepare(
      () => at('mine.txt'),
      () => at('scan.nii.gz'),
    ),
    3,
    /^case PANCREAS_0001: .*mine\.txt: not a name that is known, expected \.nii/m,
  ],
  [
    'a scan that is empty',
    prepare(
      () => at('empty'),
      () => at('scan.nii.gz'),
    ),
    3,
    /^case PANCREAS_0001: .*empty: holds no DICOM slice/m,
  ],
  [
    'prepared volumes in the place of a file',
    prepare(
      () => at('scan.nii.gz'),
      () => at('scan.nii.gz'),
      () => ['--data', at('mine.txt')],
    ),
    1,
    /mine\.txt.* (is there already and is no folder|where a folder is expected); give/,
  ],
  [
    'a recipe that is not known',
    prepare(
      () => at('a'),
      () => at('b'),
      () => ['--variant', 'own'],
    ),
    2,
    /^--variant own: Known: notebook, text\.$/m,
  ],
  // Programs and kits.
  [
    'a folder for a Python',
    () => speedWith(at('empty')),
    4,
    /^bench speed: --peer pytorch: no program .*empty was found; name a Python that has torch/,
  ],
  ['a text for a Python', () => speedWith(at('mine.txt')), 4, /no program .*mine\.txt was found/],
  ['a kit that is cut off', kit('losses.json', '{"losses": '), 3, /losses\.json is not readable JSON/],
  [
    'a folder without a kit',
    () => {
      writeFileSync(at('kit', 'package.json'), '{}')
      return ['conformance', at('kit'), '--engine', 'cpu']
    },
    3,
    /kit holds no file of a kit \(package\.json\); expected some of augment, /,
  ],
  ['a kit of something else', kit('step.json', 'null'), 3, /step\.json: expected a JSON object|step\.json: has no field/],
]

describe('what a new user may type', () => {
  it.each(MISUSES)('%s: is refused in words, and no file is touched', async (_, make, code, said) => {
    const words = make()
    const before = contents()
    const outcome = await runMain(...words)
    expect(outcome.stderr).toMatch(said)
    expect(outcome.stderr).not.toMatch(RAW)
    expect({ code: outcome.code, stdout: outcome.stdout.startsWith('0 of 1 prepared') ? '' : outcome.stdout }).toEqual({
      code,
      stdout: '',
    })
    expect(contents().filter(([name]) => !/prepared\.json$|SHA256SUMS$/.test(name!))).toEqual(before)
  })

  it('takes no settings of other programs for a damaged run', () => {
    const named = runFolders(at('runs'))
    expect(named).toHaveLength(2)
    for (const folder of ['.cache/thing', 'models/bert']) {
      mkdirSync(at('runs', folder), { recursive: true })
      writeFileSync(at('runs', folder, 'config.json'), '{"hidden_size": 768}')
    }
    expect(runFolders(at('runs'))).toEqual(named)
    // A run that was copied under another name is one.
    writeFileSync(at('runs', 'models', 'bert', 'result.json'), '{}')
    expect(runFolders(at('runs'))).toEqual([...named, at('runs', 'models', 'bert')].sort())
  })

  it.runIf(process.platform === 'linux')(
    'learns of a result that went to a full disk, not of one that `head` had enough of',
    () => {
      const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
      const shell = (line: string) => spawnSync('bash', ['-c', line, process.execPath, cli, at('runs')], { encoding: 'utf8' })
      const full = shell('"$0" "$1" list "$2" --json > /dev/full')
      expect({ code: full.status, said: full.stderr }).toEqual({
        code: 1,
        said: 'Standard output lies on a full disk; make room; what was to stand there is lost\n',
      })
      const left = shell('set -o pipefail; "$0" "$1" list "$2" --json | true')
      expect({ code: left.status, said: left.stderr }).toEqual({ code: 0, said: '' })
    },
  )

  it('is told in the words of the command line, not of the library behind it', async () => {
    const grid = { size: [3, 3, 3] as [number, number, number], spacing: [1, 1, 1] as [number, number, number] }
    const data = Uint8Array.from({ length: 27 }, (_, i) => i % 2)
    await writeImage(at('silent.nii'), { ...grid, data, spacingUnit: 'voxel' })
    await writeImage(at('placed.nii'), { ...grid, data, origin: [0, 0, 0] })
    const { code, stdout, stderr } = await runMain('metrics', at('silent.nii'), at('placed.nii'))
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/does not say how far apart its voxels are, .*; .*--as-stored/)
    expect(stderr).not.toMatch(/options\./)
  })
})
