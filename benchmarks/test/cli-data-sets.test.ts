import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reorient } from '@dualseg/data'
import { readImage, writeImage } from '@dualseg/data/node'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { gridDataset } from '../src/grid/named-dataset'
import { type OwnDataset, ownCase, ownDataset, removePristine, type Storage, writeSeries } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let own: OwnDataset
async function project(storage: Storage = 'nii.gz'): Promise<OwnDataset> {
  own = await ownDataset(storage)
  place.projectRoot = own.root
  return own
}
beforeEach(() => vi.stubEnv('DUALSEG_DATA', '') && undefined)
afterEach(() => {
  own.remove()
  vi.unstubAllEnvs()
})
afterAll(removePristine)

const train = (...args: string[]) => trainFor(1, ...args)
const trainFor = (iterations: number, ...args: string[]) => {
  const runs = join(own.root, 'runs')
  const options = ['--method', 'supervised', '--iterations', `${iterations}`, '--threads', '1', '--runs', runs]
  return runMain('own', ...options, ...args)
}

describe('bench data check', () => {
  it.each<Storage>(['nii.gz', 'nii', 'nrrd', 'mha', 'h5', 'dicom'])(
    'reads %s, prints a row a case, and draws every case',
    async (storage) => {
      await project(storage)
      const page = join(own.root, 'check.html')
      const { code, stdout, stderr } = await runMain('data', 'check', 'own', '--html', page, '--threads', '2')
      expect({ code }, stderr).toEqual({ code: 0 })
      expect(stdout).toContain('6 of 6 cases can be used.')
      expect(stdout).toMatch(/│ P4 +│ 1 +│ 24 × 21 × 24 │ (none +│ unknown|1 × 1\.5 × 2 mm +│ LPS) +│ -?\d/)
      const pictures = [...readFileSync(page, 'utf8').matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, base64]) =>
        PNG.sync.read(Buffer.from(base64!, 'base64')),
      )
      expect(pictures.length).toBe(6)
      for (const { data } of pictures) {
        let contour = 0
        for (let i = 0; i < data.length; i += 4) if (data[i] === 255 && data[i + 1] === 214 && data[i + 2] === 10) contour++
        expect(contour).toBeGreaterThan(50)
      }
    },
  )

  it('names every case that cannot be used, and goes on with the others', async () => {
    await project()
    writeFileSync(own.file('P2', 'image'), '')
    writeFileSync(own.file('P5', 'label'), '')
    const { code, stdout, stderr } = await runMain('data', 'check', 'own', '--json')
    expect(code).toBe(3)
    const { cases } = JSON.parse(stdout)
    expect(cases.map((one: { id: string; refused?: string }) => [one.id, one.refused !== undefined])).toEqual([
      ['P1', false],
      ['P2', true],
      ['P3', false],
      ['P4', false],
      ['P5', true],
      ['P6', false],
    ])
    expect(stderr).toMatch(/^case P2: .*image\.nii\.gz/m)
    expect(stderr).toMatch(/^case P5: .*label\.nii\.gz/m)
  })

  it('says where the volumes are looked for when there are none', async () => {
    await project()
    rmSync(own.volumes, { recursive: true })
    const { code, stderr } = await runMain('data', 'check', 'own')
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('own: no volumes are at hand') })
    const named = await runMain('data', 'check', 'own', '--data', own.root)
    expect(named).toMatchObject({ code: 3, stderr: expect.stringMatching(/^--data: .* holds no own case; expected .*<case>/) })
  })
})

describe('bench <data set>', () => {
  it('works like bench la: trains, tests, resumes nothing that is done, and its runs are reported', async () => {
    await project()
    const { code, stdout, stderr } = await train('--predictions')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stdout).toMatch(/^own · profile quick-1 · protocol common · 2 labelled · fold 0/)
    expect(stdout).not.toContain('paper, full size: Dice %: 8')
    expect((await train()).stderr).toContain('was there already')
    const reported = await runMain('report', join(own.root, 'runs'), '--html', join(own.root, 'report'))
    expect({ code: reported.code }, reported.stderr).toEqual({ code: 0 })
    expect(readdirSync(join(own.root, 'report', 'volumes', 'own')).length).toBe(4)
  })

  it.each<[Storage, Record<string, unknown>]>([
    ['nii.gz', { window: [-1, 2], scale: 'unit' }],
    ['nrrd', { scale: 'standard' }],
    ['dicom', { window: [-500, 400], scale: 'none' }],
    ['h5', { window: [-1, 2], scale: 'standard' }],
  ])('has runs that segment a file of %s as their own test did, with the intensity rule %j', async (storage, intensity) => {
    await project(storage)
    own.describe({ intensity })
    expect(await trainFor(6, '--predictions')).toMatchObject({ code: 0 })
    const folder = runFolders(join(own.root, 'runs'))[0]!
    const tested = await readImage(join(folder, 'predictions', 'P1.nii.gz'))
    expect(new Set(tested.data).size).toBe(2)
    const out = join(own.root, 'out')
    const predicted = async (path: string) => {
      const { code, stdout, stderr } = await runMain('predict', '--run', folder, path, '--out', out, '--threads', '1', '--json')
      expect({ code }, stderr).toEqual({ code: 0 })
      const { label, notes } = JSON.parse(stdout).images[0]
      return { label: await readImage(label), notes }
    }

    const { label, notes } = await predicted(own.file('P1', 'image'))
    expect(label.data).toEqual(tested.data)
    expect(notes).toEqual(
      storage === 'h5'
        ? [
            'the image says nothing of where its axes run and where it lies',
            expect.stringContaining('no spacing and no order of axes in common'),
          ]
        : [],
    )
    if (storage === 'h5') return

    // The same image with its voxels in another order, at the same places.
    const turned = reorient(await readImage(own.file('P1', 'image')), 'SRA')
    await writeImage(join(own.root, 'turned.nrrd'), turned)
    const again = await predicted(join(own.root, 'turned.nrrd'))
    expect(again.label.data).toEqual(reorient(tested, 'SRA').data)
    expect(again.notes).toEqual([])
  })

  it('keeps apart runs on the same files under another intensity rule', async () => {
    await project()
    await train()
    own.describe({ intensity: { window: [-1, 2], scale: 'standard' } })
    expect((await train()).stderr).not.toContain('was there already')
    expect(runFolders(join(own.root, 'runs'))).toHaveLength(2)
  })

  it('is one that bench ablation takes, with its own number of labelled cases', async () => {
    await project()
    const ablation = (...more: string[]) => runMain('ablation', 'own', '--dry-run', '--runs', join(own.root, 'runs'), ...more)
    const { code, stdout, stderr } = await ablation()
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stdout).toContain('4 runs')
    // There are four training cases, and a batch takes two without labels.
    expect((await ablation('--labelled', '3')).stderr).toContain('--labelled 3')
  })

  it('runs on the phantom where the volumes are absent, under a name of its own', async () => {
    await project()
    rmSync(own.volumes, { recursive: true })
    const { code, stdout, stderr } = await train('--dry-run')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).toContain('No Own volumes: this runs on a built-in phantom')
    expect(stdout).toMatch(/^Own phantom · /)
  })

  it('is mirrored along the axes that its description allows, in any order, and along no other', async () => {
    await project()
    own.describe({ mirror: ['z', 'x'] })
    const { code, stdout, stderr } = await train('--dry-run', '--augment', 'flips')
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stdout).toMatch(/^Own · augment flips along x and z · /)
    own.describe({ mirror: [] })
    for (const asked of [['--augment', 'flips'], ['--mirror']]) {
      const refused = await train('--dry-run', ...asked)
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain(
        `${asked.join(' ')}: this data set may be mirrored along no axis ("mirror" in its dataset.json)`,
      )
    }
  })

  it('finds volumes by --data, by DUALSEG_DATA, and in its folder there', async () => {
    await project()
    const elsewhere = join(own.root, 'elsewhere')
    mkdirSync(elsewhere)
    const { renameSync } = await import('node:fs')
    renameSync(own.volumes, join(elsewhere, 'own'))
    vi.stubEnv('DUALSEG_DATA', elsewhere)
    expect((await runMain('data', 'check', 'own')).stdout).toContain('6 of 6')
    vi.stubEnv('DUALSEG_DATA', '')
    expect((await runMain('data', 'check', 'own', '--data', join(elsewhere, 'own'))).stdout).toContain('6 of 6')
  })

  it('refuses lists that name a case which is not there', async () => {
    await project()
    rmSync(join(own.volumes, 'P3'), { recursive: true })
    const { code, stderr } = await train()
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/1 of 6 own cases are not in .*volumes: P3/) })
  })
})

describe('folds that are drawn', () => {
  it('are drawn once from a seed, written, and stay when cases are added', async () => {
    await project()
    own.describe({ folds: { count: 3, seed: 7 } })
    const first = await train('--dry-run')
    expect(first.stderr).toContain('3 folds of 6 cases drawn with seed 7 and written to')
    const lists = () =>
      readdirSync(join(own.folder, 'folds')).map((name) => readFileSync(join(own.folder, 'folds', name), 'utf8'))
    const drawn = lists()
    expect(drawn.length).toBe(6)
    expect(
      drawn
        .slice(0, 3)
        .flatMap((text) => text.trim().split('\n'))
        .sort(),
    ).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6'])
    const again = await train('--dry-run')
    expect(again.stderr).not.toContain('drawn')
    rmSync(join(own.folder, 'folds'), { recursive: true })
    await train('--dry-run')
    expect(lists()).toEqual(drawn)
    own.describe({ folds: { count: 3, seed: 8 } })
    rmSync(join(own.folder, 'folds'), { recursive: true })
    await train('--dry-run')
    expect(lists()).not.toEqual(drawn)
  })
})

describe('dataset.json', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['another name than its folder', { name: 'other' }, /name is other, expected own/],
    ['an unknown field', { color: 'red' }, /color/],
    ['a path without the case', { files: { image: 'image.nii', label: '{case}.nii' } }, /files\.image: must contain \{case\}/],
    ['a path that leads out', { files: { image: '../{case}.nii', label: '{case}.nii' } }, /must lie below/],
    [
      'a patch that V-Net cannot halve',
      { profiles: { full: { patch: [100, 96, 96], stride: [16, 16, 16] } } },
      /profiles\.full\.patch\.0/,
    ],
    [
      'a stride beyond the patch',
      { profiles: { full: { patch: [16, 16, 16], stride: [17, 16, 16] } } },
      /stride is larger than the patch/,
    ],
    ['a window the wrong way round', { intensity: { window: [200, -100] } }, /window must go from low to high/],
    ['no organ', { labels: { foreground: [] } }, /labels\.foreground/],
    ['0 as the organ', { labels: { foreground: [0] } }, /0 always is/],
    ['labels and classes', { classes: [{ name: 'ball', values: [1] }] }, /give either 'labels' \(one organ\) or 'classes'/],
    ['neither', { labels: undefined }, /give either 'labels'/],
    ['no class', { labels: undefined, classes: [] }, /classes: /],
    ['a class of no value', { labels: undefined, classes: [{ name: 'ball', values: [] }] }, /classes\.0\.values/],
    [
      'a class of background',
      { labels: undefined, classes: [{ name: 'ball', values: [0] }] },
      /value 0 is of 'background' and of 'ball'/,
    ],
    [
      'a class named as what all have',
      { labels: undefined, classes: [{ name: 'Mean', values: [1] }] },
      /is none of background, mean/,
    ],
    [
      'a class that no table can name',
      { labels: undefined, classes: [{ name: 'a,b', values: [1] }] },
      /classes\.0\.name: a name has no comma/,
    ],
    [
      'a value of two classes',
      {
        labels: undefined,
        classes: [
          { name: 'shell', values: [1, 2] },
          { name: 'core', values: [2] },
        ],
      },
      /value 2 is of 'shell' and of 'core'/,
    ],
    [
      'two classes of a name',
      {
        labels: undefined,
        classes: [
          { name: 'core', values: [1] },
          { name: 'Core', values: [2] },
        ],
      },
      /'core' is the name of two classes/,
    ],
    ['background beside labels', { background: [3] }, /beside 'labels' it is labels\.background/],
    ['no labelled case', { labelled: 0 }, /labelled/],
    ['an axis twice', { mirror: ['x', 'x'] }, /mirror: names an axis twice/],
    ['an axis that it has not', { mirror: ['w'] }, /mirror\.0/],
    ['one fold', { folds: { count: 1, seed: 1 } }, /folds/],
  ])('is refused with %s, and what is wrong', async (_what, change, words) => {
    await project()
    own.describe(change)
    const { code, stderr } = await runMain('data', 'check', 'own')
    expect(stderr).toMatch(words)
    expect({ code, isNamed: stderr.includes('dataset.json') }).toEqual({ code: 3, isNamed: true })
    expect((await runMain('--help')).code).toBe(0)
  })

  it('is refused where it is no JSON', async () => {
    await project()
    writeFileSync(join(own.folder, 'dataset.json'), '{')
    expect(await runMain('data', 'check', 'own')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('dataset.json is not JSON'),
    })
    expect(await runMain('data', 'check', 'owm')).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean own?') })
  })
})

describe('bench data check', () => {
  it('tells of a scan on which there is nothing to find, and refuses a class that is nowhere', async () => {
    await project()
    const { label } = ownCase(1)
    await writeImage(own.file('P2', 'label'), { ...label, data: label.data.map(() => 5) })
    const found = await runMain('data', 'check', 'own')
    expect(found.code).toBe(0)
    expect(found.stderr + found.stdout).toContain(
      'the label has no foreground: a scan on which there is nothing to find (a true negative)',
    )
    own.describe({
      labels: undefined,
      classes: [
        { name: 'ball', values: [1] },
        { name: 'core', values: [7] },
      ],
      background: [5],
    })
    const absent = await runMain('data', 'check', 'own')
    expect(absent.stderr + absent.stdout).toContain('class core: none of 6 labels has a voxel of 7')
    expect(absent.code).toBe(3)
  })
})

describe('bench data fetch', () => {
  it('fetches by the sums, finds what is there, and names what cannot be had', async () => {
    await project()
    const contents = new Map(['P1', 'P2', 'P3'].map((id) => [`/${id}/image.nii.gz`, Buffer.from(`bytes of ${id}`)]))
    const sum = (text: Buffer | string) => createHash('sha256').update(text).digest('hex')
    const lines = ['P1', 'P2', 'P3'].map((id) => `${sum(contents.get(`/${id}/image.nii.gz`)!)}  ${id}/image.nii.gz\n`)
    writeFileSync(join(own.folder, 'SHA256SUMS'), lines.join(''))
    contents.delete('/P3/image.nii.gz')
    const server = createServer((request, response) => {
      const content = contents.get(decodeURI(request.url!))
      response.writeHead(content ? 200 : 404).end(content)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    own.describe({ fetch: { url: `${url}/{case}/image.nii.gz`, terms: 'Not ours to pass on.' } })
    const out = join(own.root, 'fetched')
    const first = await runMain('data', 'fetch', 'own', '--data', out)
    expect(first).toMatchObject({ code: 3, stdout: `2 fetched, 0 were there, 1 failed: ${out}\n` })
    expect(first.stderr).toContain('Not ours to pass on.')
    expect(first.stderr).toContain('P3: the server answered 404')
    contents.set('/P3/image.nii.gz', Buffer.from('bytes of P3'))
    const second = await runMain('data', 'fetch', 'own', '--data', out, '--from', url, '--json')
    expect({ code: second.code, ...JSON.parse(second.stdout) }).toEqual({
      code: 0,
      folder: out,
      fetched: 1,
      wasThere: 2,
      failed: [],
    })
    expect(readFileSync(join(out, 'P3', 'image.nii.gz'), 'utf8')).toBe('bytes of P3')
  })

  it('fetches nothing that has no place', async () => {
    await project()
    expect(await runMain('data', 'fetch', 'own')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('may not be fetched from anywhere'),
    })
  })
})

describe('bench data prepare pancreas', () => {
  /** Two scans as an archive has them, one with its label stored the other way round. */
  async function archive(): Promise<{ images: string; labels: string; out: string }> {
    await project()
    const root = mkdtempSync(join(tmpdir(), 'dualseg-ct-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const folder = join(own.root, 'datasets', 'pancreas')
    mkdirSync(folder)
    const description = JSON.parse(readFileSync(join(own.folder, 'dataset.json'), 'utf8'))
    writeFileSync(
      join(folder, 'dataset.json'),
      JSON.stringify({
        ...description,
        name: 'pancreas',
        folds: { count: 2, seed: 1 },
        labels: { foreground: [1] },
        intensity: { scale: 'none' },
      }),
    )
    for (const [index, number] of ['0001', '0002'].entries()) {
      const { image, label } = ownCase(index)
      // Hundreds of the noise are Hounsfield units enough, in air.
      const hounsfield = { ...image, data: image.data.map((value, i) => (i < 24 * 21 * 2 ? -10 : value)) }
      writeSeries(join(root, 'images', `PANCREAS_${number}`, 'study', 'series'), hounsfield)
      await writeImage(join(root, 'labels', `label${number}.nii.gz`), label)
    }
    return { images: join(root, 'images'), labels: join(root, 'labels'), out: join(folder, 'volumes') }
  }
  const prepare = (images: string, labels: string, ...args: string[]) =>
    runMain('data', 'prepare', 'pancreas', '--images', images, '--labels', labels, ...args)

  it('makes an archive of DICOM and NIfTI ready, says how, goes on where it was, and never mixes variants', async () => {
    const { images, labels, out } = await archive()
    const { code, stdout, stderr } = await prepare(images, labels)
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stdout).toBe(`2 of 2 prepared (notebook): ${out}\n`)
    const said = JSON.parse(readFileSync(join(out, 'prepared.json'), 'utf8'))
    expect(said).toMatchObject({
      variant: 'notebook',
      recipe: { window: [-125, 275], step: 1, margin: 25, cropped: [true, true, false] },
    })
    const image = await readImage(join(out, 'PANCREAS_0001', 'image.nii.gz'))
    expect(image).toMatchObject({ size: [24, 31, 47], spacing: [1, 1, 1], spacingUnit: 'mm' })
    expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8').split('\n').length).toBe(5)
    // What a run keeps, and repeats on a new CT.
    expect((await (await gridDataset('pancreas')).locate(undefined)).preparation).toEqual({
      modality: 'CT',
      spacing: [1, 1, 1],
      axes: 'LPS',
      intensity: { kind: 'standardise', window: [-125, 275], over: 'crop' },
      crop: 'label',
    })
    const again = await prepare(images, labels, '--json')
    expect(JSON.parse(again.stdout)).toEqual({ folder: out, variant: 'notebook', prepared: 2, refused: [] })
    expect((await runMain('data', 'check', 'pancreas')).stdout).toContain('2 of 2 cases can be used.')
    const mixed = await prepare(images, labels, '--variant', 'text')
    expect(mixed).toMatchObject({ code: 3, stderr: expect.stringContaining('was prepared another way (notebook)') })
    const text = await prepare(images, labels, '--variant', 'text', '--data', join(own.root, 'text'))
    expect(text.code).toBe(0)
    expect(readFileSync(join(own.root, 'text', 'prepared.json'), 'utf8')).toContain('"window": [\n      -120,')
  })

  it('refuses one scan with its reason and prepares the others', async () => {
    const { images, labels, out } = await archive()
    await writeImage(join(labels, 'label0002.nii.gz'), { ...ownCase(1).label, origin: [0, 0, 0] })
    const { code, stdout, stderr } = await prepare(images, labels)
    expect({ code, stdout }).toEqual({ code: 3, stdout: `1 of 2 prepared (notebook): ${out}\n` })
    expect(stderr).toMatch(/^case PANCREAS_0002: the label has origin \[0,0,0\]/m)
    expect(existsSync(join(out, 'PANCREAS_0002'))).toBe(false)
    expect((await prepare(images, labels, '--ignore-origin', '--data', join(own.root, 'other'))).code).toBe(0)
  })

  it('refuses scans without a label, numbers that come twice, and folders that leave a choice', async () => {
    const { images, labels } = await archive()
    rmSync(join(labels, 'label0002.nii.gz'))
    expect((await prepare(images, labels)).stderr).toContain('1 scans have no label of their number')
    writeSeries(join(images, 'again_0001'), ownCase(0).image)
    expect((await prepare(images, labels)).stderr).toMatch(
      /PANCREAS_0001 and again_0001 have the same number|again_0001 and PANCREAS_0001 have the same number/,
    )
    rmSync(join(images, 'again_0001'), { recursive: true })
    rmSync(join(images, 'PANCREAS_0002'), { recursive: true })
    mkdirSync(join(images, 'PANCREAS_0001', 'study', 'other'))
    expect((await prepare(images, labels)).stderr).toContain('holds 2 series or studies')
    expect((await prepare(join(images, 'nowhere'), labels)).code).toBe(3)
    expect((await runMain('data', 'prepare', 'pancreas')).stderr).toContain('needs --images')
  })
})
