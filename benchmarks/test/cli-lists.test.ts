import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reorient } from '@dualseg/data'
import { readFoldLists, readImage, writeImage } from '@dualseg/data/node'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describedDataset } from '../src/data/described-dataset'
import { describe as describeDataset } from '../src/data/description'
import { type OwnDataset, ownCase, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

// Whole commands, several a test, on machines that are shared.
vi.setConfig({ testTimeout: 300_000 })

let own: OwnDataset
beforeEach(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  own = await ownDataset()
  place.projectRoot = own.root
})
afterEach(() => {
  own.remove()
  vi.unstubAllEnvs()
})
afterAll(removePristine)

const bench = (...args: string[]) =>
  runMain('own', '--method', 'supervised', '--iterations', '1', '--threads', '1', '--runs', join(own.root, 'runs'), ...args)
const check = (...args: string[]) => runMain('data', 'check', 'own', ...args)
const folds = () => readdirSync(join(own.folder, 'folds')).map((name) => readFileSync(join(own.folder, 'folds', name), 'utf8'))

describe('names that begin with a dot', () => {
  it('are no cases: neither checked, nor drawn into folds', async () => {
    own.describe({ files: { image: 'images/{case}.nii.gz', label: 'labels/{case}.nii.gz' }, folds: { count: 3, seed: 7 } })
    for (const part of ['image', 'label'] as const) {
      mkdirSync(join(own.volumes, `${part}s`))
      for (const id of own.ids) {
        renameSync(own.file(id, part), join(own.volumes, `${part}s`, `${id}.nii.gz`))
        writeFileSync(join(own.volumes, `${part}s`, `._${id}.nii.gz`), 'Mac OS X')
      }
    }
    const checked = await check()
    expect({ code: checked.code }, checked.stderr).toEqual({ code: 0 })
    expect(checked.stdout).toContain('6 of 6 cases can be used.')
    expect(readdirSync(own.folder)).not.toContain('folds')
    const { code, stderr } = await bench('--dry-run')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).toContain('3 folds of 6 cases drawn with seed 7')
    expect(folds().join('')).not.toContain('._')
  })
})

describe('folds that are drawn', () => {
  beforeEach(() => own.describe({ folds: { count: 2, seed: 7 } }))

  it('leave out what cannot be used, by name and reason; later they say what they were drawn from', async () => {
    writeFileSync(own.file('P4', 'label'), 'damaged')
    const first = await bench('--dry-run')
    expect({ code: first.code }, first.stderr).toEqual({ code: 0 })
    expect(first.stderr).toMatch(/^Left out of the folds: case P4: .*label\.nii\.gz/m)
    expect(first.stderr).toContain('2 folds of 5 cases drawn with seed 7')
    expect(folds().join('')).not.toContain('P4')

    await writeImage(own.file('P4', 'label'), ownCase(3).label)
    const later = await bench('--dry-run')
    expect({ code: later.code }, later.stderr).toEqual({ code: 0 })
    expect(later.stderr).toMatch(/^1 of 6 cases in .* are not used: P4; the folds in .*folds were drawn from 5 others/m)
    const checked = await check()
    expect(checked).toMatchObject({ code: 0, stderr: expect.stringContaining('are not used: P4;') })
    expect(checked.stdout).toMatch(/│ P4 +│ – +│/)
  })

  it('are the same for six that begin at once', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const description = await describeDataset('own')
    const located = await Promise.all(Array.from({ length: 6 }, () => describedDataset(description, undefined)))
    vi.restoreAllMocks()
    for (const dataset of located) expect(dataset.folds).toEqual(await readFoldLists(join(own.folder, 'folds')))
    expect(readdirSync(own.folder).sort()).toEqual(['dataset.json', 'folds', 'lists', 'volumes'])
  })

  it('are refused when count or seed is another one, before --fold is blamed', async () => {
    await bench('--dry-run')
    own.describe({ folds: { count: 5, seed: 7 } })
    const { code, stderr } = await bench('--fold', '3', '--dry-run')
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(
        /^own: dataset\.json asks for 5 folds with seed 7, but the 2 folds of 6 cases in .*\. Delete /,
      ),
    })
    rmSync(join(own.folder, 'folds'), { recursive: true })
    expect((await bench('--fold', '3', '--dry-run', '--labelled', '2')).stderr).toContain('5 folds of 6 cases drawn')
  })

  it('name the folder that must go when a case of theirs is gone', async () => {
    await bench('--dry-run')
    rmSync(join(own.volumes, 'P3'), { recursive: true })
    const { code, stderr } = await bench('--dry-run')
    const place = join(own.folder, 'folds')
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining(`: P3; the folds in ${place} were drawn from them: put them back, or delete ${place}, and`),
    })
    rmSync(place, { recursive: true })
    expect((await bench('--dry-run')).code).toBe(0)
  })

  it('are not drawn over one image under two names', async () => {
    cpSync(own.file('P1', 'image'), own.file('P5', 'image'))
    const { code, stderr } = await bench('--dry-run')
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /own: P1 and P5 have the same image, and one could be tested while the other is trained on; take all but/,
    )
    expect(readdirSync(own.folder)).not.toContain('folds')
  })
})

describe('one train list and one test list', () => {
  it('are a split: cases that no list tests are trained on', async () => {
    rmSync(join(own.folder, 'lists'), { recursive: true })
    mkdirSync(join(own.folder, 'lists'))
    writeFileSync(join(own.folder, 'lists', 'train.list'), 'P1\nP2\nP3\nP4\n')
    writeFileSync(join(own.folder, 'lists', 'test.list'), 'P6\n')
    const { code, stdout, stderr } = await bench('--json')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).toMatch(/^1 of 6 cases in .* are not used: P5; the lists in .*lists do not name them\.$/m)
    expect(JSON.parse(stdout)).toMatchObject({ folds: [0], methods: [{ method: 'supervised', cases: 1 }] })
    expect((await bench('--fold', '1')).stderr).toContain('"1" is not a whole number from 0 to 0.')
    const { cases } = JSON.parse((await check('--json')).stdout)
    expect(cases.map(({ id, fold }: { id: string; fold: unknown }) => [id, fold])).toEqual([
      ['P6', 0],
      ...['P1', 'P2', 'P3', 'P4'].map((id) => [id, 'train']),
      ['P5', null],
    ])
    rmSync(own.volumes, { recursive: true })
    expect(await bench('--dry-run')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Own phantom · /) })
  })
})

describe('labelled cases', () => {
  it('may be all of a training list for a method that takes no others, and leave out those that do', async () => {
    const { code, stdout, stderr } = await bench('--method', 'supervised,mt', '--labelled', '4', '--json')
    expect({ code }, stderr).toEqual({ code: 1 })
    const lack = 'mt fold 0 is not run: 2 labelled cases would do (the training list of fold 0 has 4, a batch takes 2 of them'
    // In the plan, and below the table.
    expect(stderr.split(lack)).toHaveLength(3)
    expect(JSON.parse(stdout).methods.map(({ method }: { method: string }) => method)).toEqual(['supervised'])
  })

  it('that dataset.json has are not --labelled’s fault', async () => {
    own.describe({ labelled: 12 })
    const { code, stderr } = await bench('--dry-run')
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(
        /^datasets\/own\/dataset\.json, labelled 12: supervised: 2 to 4 labelled cases would do \(the training/,
      ),
    })
    const asked = await bench('--dry-run', '--labelled', '5')
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--labelled 5: supervised: 2 to 4 /) })
    expect((await bench('--dry-run', '--labelled', '2')).code).toBe(0)
  })
})

describe('one image under two names', () => {
  it('is named by data check, and refused where a fold trains on one and tests the other', async () => {
    cpSync(own.file('P1', 'image'), own.file('P5', 'image'))
    const checked = await check()
    expect({ code: checked.code, stdout: checked.stdout }).toEqual({
      code: 3,
      stdout: expect.stringContaining('P1 and P5 have the same image.'),
    })
    const { code, stderr } = await bench()
    expect(code).toBe(3)
    expect(stderr).toContain(
      'own: fold 0 trains on P5 and tests P1, which have the same image. Results would be too good; take one',
    )
    expect(readdirSync(own.root)).not.toContain('runs')
    // Fold 1 tests neither.
    expect((await bench('--fold', '1', '--dry-run')).code).toBe(0)
  })

  it('is found in files that differ', async () => {
    const { image } = ownCase(0)
    await writeImage(own.file('P2', 'image'), { ...image, origin: [1, 2, 3] })
    await writeImage(own.file('P2', 'label'), { ...ownCase(0).label, origin: [1, 2, 3] })
    const checked = await check('--json')
    // Both are tested by fold 0, and so nothing leaks.
    expect({ code: checked.code, sameImages: JSON.parse(checked.stdout).sameImages }).toEqual({
      code: 0,
      sameImages: [['P1', 'P2']],
    })
  })
})

describe('names in other forms', () => {
  it('are the same: lists composed, files decomposed, sums of either', async () => {
    for (const [index, id] of own.ids.entries()) renameSync(join(own.volumes, id), join(own.volumes, `Mu\u0308ller ${index}`))
    const named = (index: number) => `M\u00fcller ${index}`
    rmSync(join(own.folder, 'lists'), { recursive: true })
    mkdirSync(join(own.folder, 'lists'))
    writeFileSync(join(own.folder, 'lists', 'train.list'), `\uFEFF${[0, 1, 2, 3].map(named).join('\r\n')}\r\n`)
    writeFileSync(join(own.folder, 'lists', 'test.list'), `${named(4)} \r\n`)
    const { code, stderr } = await bench('--predictions')
    expect({ code }, stderr).toEqual({ code: 0 })
    const [run] = runFolders(join(own.root, 'runs'))
    expect(readdirSync(join(run!, 'predictions'))).toContain(`${named(4)}.nii.gz`)
    mkdirSync(join(own.volumes, named(1)))
    writeFileSync(join(own.volumes, named(1), 'image.nii.gz'), '')
    expect(await bench()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('has two names that look like M\u00fcller 1'),
    })
  })
})

describe('dataset.json', () => {
  it('may begin with a byte-order mark', async () => {
    const file = join(own.folder, 'dataset.json')
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`)
    expect((await check()).stdout).toContain('6 of 6')
    writeFileSync(file, Buffer.from(`\uFEFF${readFileSync(file, 'utf8').slice(1)}`, 'utf16le'))
    expect((await check()).stdout).toContain('6 of 6')
  })

  it.each([
    ['{\n  "name": "own",\n  "title": "Own",\n}', 'line 4, column 1: property name expected'],
    ['{ "name": "own" "title": "Own" }', 'line 1, column 17: comma expected'],
    ['// mine\n{}', 'line 1, column 1: invalid comment token'],
    ['', 'line 1, column 1: value expected'],
  ])('that is no JSON is refused with the place of the fault: %j', async (text, words) => {
    writeFileSync(join(own.folder, 'dataset.json'), text)
    const { code, stderr } = await check()
    expect({ code, stderr }).toEqual({ code: 3, stderr: `${join(own.folder, 'dataset.json')} is not JSON: ${words}\n` })
  })

  it.each(['report', 'phantom', 'own-phantom', 'slurm'])('of a data set that cannot be called %s is refused', async (name) => {
    renameSync(own.folder, join(own.root, 'datasets', name))
    const file = join(own.root, 'datasets', name, 'dataset.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"own"', JSON.stringify(name)))
    const said = `no data set may be called ${name}, `
    expect(await runMain('data', 'check', name)).toMatchObject({ code: 3, stderr: expect.stringContaining(said) })
    const verb = await runMain(name, '--help')
    expect(verb.stderr).toContain(said)
  })
})

describe('scans that are stored in different ways', () => {
  /** P2 and P5 as another scanner writes them. */
  async function storeOtherwise(): Promise<void> {
    for (const id of ['P2', 'P5']) {
      for (const part of ['image', 'label'] as const)
        await writeImage(own.file(id, part), reorient(await readImage(own.file(id, part)), 'RAI'))
    }
  }

  it('are listed with their orders of axes and spacings, and trained on in one order, with the same result', async () => {
    const before = await bench('--predictions')
    expect({ code: before.code }, before.stderr).toEqual({ code: 0 })
    renameSync(join(own.root, 'runs'), join(own.root, 'before'))
    await storeOtherwise()
    const checked = await check()
    expect(checked.stdout).toContain('Orders of axes: LPS (4), RAI (2); turned to LPS on reading.\nSpacings: 1 × 1.5 × 2 mm (6).')
    expect(checked.stdout).toMatch(/│ P2 +│ 0 +│ 24 × 21 × 24 │ 1 × 1\.5 × 2 mm │ RAI +│/)

    const after = await bench('--predictions')
    expect({ code: after.code }, after.stderr).toEqual({ code: 0 })
    const [[old], [run]] = [runFolders(join(own.root, 'before')), runFolders(join(own.root, 'runs'))] as [[string], [string]]
    expect(run.split('-').at(-1)).not.toBe(old.split('-').at(-1))
    expect(readFileSync(join(run, 'cases.jsonl'), 'utf8')).toBe(readFileSync(join(old, 'cases.jsonl'), 'utf8'))
    expect(JSON.parse(readFileSync(join(run, 'input.json'), 'utf8')).preparation).toMatchObject({ axes: 'LPS' })
    // A mask has its voxels in the order of its own scan.
    const [mask, scan] = [await readImage(join(run, 'predictions', 'P2.nii.gz')), await readImage(own.file('P2', 'image'))]
    expect(mask.direction).toEqual(scan.direction)
    expect(mask.origin).toEqual(scan.origin)
    expect(reorient(mask, 'LPS').data).toEqual((await readImage(join(old, 'predictions', 'P2.nii.gz'))).data)
    // And bench predict agrees with it.
    const out = join(own.root, 'out')
    const predicted = await runMain('predict', '--run', run, own.file('P2', 'image'), '--out', out, '--threads', '1', '--json')
    expect({ code: predicted.code }, predicted.stderr).toEqual({ code: 0 })
    expect((await readImage(JSON.parse(predicted.stdout).images[0].label)).data).toEqual(mask.data)
    const reported = await runMain('report', join(own.root, 'runs'), '--html', join(own.root, 'report'))
    expect({ code: reported.code }, reported.stderr).toEqual({ code: 0 })
  })

  it('in other spacings are said to be, and a profile that leaves few voxels proposes another', async () => {
    for (const part of ['image', 'label'] as const)
      await writeImage(own.file('P4', part), { ...(await readImage(own.file('P4', part))), spacing: [3, 3, 3] })
    const { code, stderr } = await bench('--dry-run')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).toMatch(
      /^Scans have different spacings and are not resampled.*: 1 × 1\.5 × 2 mm \(5\), 3 × 3 × 3 mm \(1\)\.$/m,
    )
    expect(stderr).toMatch(
      /^Profile quick-1: 6 of 6 scans, reduced by 3, are smaller than its patch of 16 × 16 × 16 voxels and are padded \(shortest axes: 8 × 7 × 8\); --profile full fits\.$/m,
    )
  })

  it('some with and some without a place are said to be', async () => {
    for (const part of ['image', 'label'] as const) {
      const { data, size } = await readImage(own.file('P4', part))
      await writeImage(own.file('P4', part), { data, size, spacing: [1, 1, 1], spacingUnit: 'voxel' })
    }
    expect((await check()).stdout).toContain('Orders of axes: LPS (5), unknown (1); unknown: taken as stored.')
    expect((await bench('--dry-run')).stderr).toContain('1 of 6 scans do not say how they lie and are taken as stored;')
  })
})
