import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OwnDataset, ownCase, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })

const CLASSES = [
  { name: 'lower half', values: [3, 1] },
  { name: 'upper', values: [7] },
]

// A project of the test's own in the place of this one.
const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let own: OwnDataset
beforeEach(async () => {
  own = await ownDataset()
  place.projectRoot = own.root
  vi.stubEnv('DUALSEG_DATA', '')
  for (const [index, id] of own.ids.entries()) {
    const { image, label } = ownCase(index)
    const [nx, ny, nz] = label.size
    // Of the third case there is nothing above.
    const data = label.data.map((value, i) =>
      value !== 1 ? value : index !== 2 && Math.floor(i / (nx * ny)) >= nz / 2 ? 7 : i % 2 === 0 ? 1 : 3,
    )
    await writeImage(own.file(id, 'image'), image)
    await writeImage(own.file(id, 'label'), { ...label, data })
  }
  own.describe({ labels: undefined, classes: CLASSES, background: [5] })
})
afterEach(() => {
  vi.unstubAllEnvs()
  own.remove()
})
afterAll(removePristine)

const train = (...args: string[]) =>
  runMain('own', '--iterations', '1', '--profile', 'full', '--threads', '1', '--runs', join(own.root, 'runs'), ...args)

describe('a data set of two classes', () => {
  it('is trained on, scored class by class in mm, and segmented in its own values', async () => {
    const { code, stdout } = await train('--method', 'dtc', '--no-twins', '--labelled', '2', '--fold', '0', '--predictions')
    expect({ code, hasRow: stdout.includes('dtc') }).toEqual({ code: 0, hasRow: true })
    const folders = runFolders(join(own.root, 'runs'))
    expect(folders).toHaveLength(1)
    const result = JSON.parse(readFileSync(join(folders[0]!, 'result.json'), 'utf8'))
    expect(result).toMatchObject({ distanceUnit: 'mm', classes: [{ name: 'lower half' }, { name: 'upper' }] })
    const mask = await readImage(join(folders[0]!, 'predictions', 'P1.nii.gz'))
    expect([...new Set(mask.data)].every((value) => [0, 3, 7].includes(value))).toBe(true)
    expect(stdout).toMatch(/HD95 \(mm\).*│ dtc +│.*│ {3}lower half +│.*│ {3}upper +│/s)
    expect(stdout).toContain('mean over the classes below it')
    const out = join(own.root, 'out')
    const predicted = await runMain('predict', own.file('P1', 'image'), '--run', folders[0]!, '--out', out, '--probabilities')
    expect(predicted.code).toBe(0)
    expect(predicted.stdout).toMatch(
      /lower half \(3\): \d+ voxels \(\d+\.\d ml\), .*image-probs-1-lower-half\.nii\.gz\n {2}upper \(7\): /,
    )
    const segmented = await readImage(join(out, 'image-label.nii.gz'))
    expect(segmented.data).toEqual(mask.data)
    const again = await runMain(
      'predict',
      own.file('P1', 'image'),
      '--run',
      folders[0]!,
      '--out',
      out,
      '--probabilities',
      '--overwrite',
    )
    expect(again.code).toBe(0)
  })

  it('is reported and compared class by class, one family of tests over all classes', async () => {
    const { stdout } = await train(
      '--method',
      'mt,ent-min',
      '--labelled',
      '2',
      '--fold',
      '0',
      '--no-twins',
      '--predictions',
      '--json',
    )
    const { methods, distances } = JSON.parse(stdout)
    expect(distances).toBe('mm')
    expect(methods.map((one: { classes: { method: string }[] }) => one.classes.map(({ method }) => method))).toEqual(
      Array(2).fill(['lower half', 'upper']),
    )
    const runs = join(own.root, 'runs')
    const html = join(own.root, 'report')
    expect((await runMain('report', runs, '--html', html)).code).toBe(0)
    const { comparisons } = JSON.parse(readFileSync(join(html, 'report.json'), 'utf8'))
    expect(comparisons.map(({ scored }: { scored: { title: string } }) => scored.title)).toEqual([
      'mean of 2 classes',
      'class lower half',
      'class upper',
    ])
    const [whole, lower, upper] = comparisons
    const dice = (one: typeof whole, at = 0) => one.methods[at].measures.dice.mean
    expect(dice(whole)).toBeCloseTo((dice(lower) + dice(upper)) / 2, 12)
    expect(dice(whole)).toBeCloseTo(methods[0].dice.mean, 12)
    expect(dice(upper, 1)).toBeCloseTo(methods[1].classes[1].dice.mean, 12)
    // Holm over one pair in two classes: the least p of all is multiplied by two.
    const tested = (one: typeof whole) => one.pairs.dice.map((pair: { cases: object }) => pair.cases) as Tested[]
    const family = [...tested(lower), ...tested(upper)].sort((a, b) => a.wilcoxon.pValue - b.wilcoxon.pValue)
    expect(family).toHaveLength(2)
    expect(family[0]!.adjustedP).toBeCloseTo(Math.min(1, 2 * family[0]!.wilcoxon.pValue), 12)

    const page = (name: string) => readFileSync(join(html, name), 'utf8')
    expect(page('index.html')).toContain('class upper')
    expect(page('index.html')).toContain('HD95 (mm)')
    expect(page('tables.tex')).toContain('class lower half')
    const cases = page('cases.csv').trim().split('\n')
    expect(cases[0]).toContain('distances,scored')
    expect(cases).toHaveLength(1 + 2 * 2 * 3)
    expect(page('summary.csv')).toContain('mm,class upper')
    const pageOf = readdirSync(join(html, 'cases'), { recursive: true, encoding: 'utf8' }).find((name) => name.includes('P1'))!
    expect(page(join('cases', pageOf))).toContain('lower half')

    const compared = await runMain('compare', 'mt', 'ent-min', '--runs', runs)
    expect(compared.stdout).toContain("Holm's correction is over the 1 pairs of these runs in every class.")
    expect(compared.stdout.match(/^HD95 \(mm\): /gm)).toHaveLength(3)
  })
})

interface Tested {
  readonly adjustedP: number
  readonly wilcoxon: { readonly pValue: number }
}
