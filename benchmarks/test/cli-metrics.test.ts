import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Triple, toTensorOrder, type Volume } from '@dualseg/data'
import { writeImage } from '@dualseg/data/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { laFile } from '../../packages/data/test/la-file'
import { runMain } from './run-main'

const size: Triple = [32, 26, 18]
const spacing: Triple = [0.75, 1.25, 2.5] // exact as NIfTI's float32
const ellipsoid = (cx: number, cz: number, limit: number) => (x: number, y: number, z: number) =>
  (x - cx) ** 2 * 4 + (y - 12) ** 2 * 9 + (z - cz) ** 2 * 16 <= limit
const REFERENCE = ellipsoid(15, 8, 400)
const PREDICTION = ellipsoid(16, 7, 361)
// Figures of medpy 0.5.2 for these two.
const MEDPY = {
  overlap: { dice: 0.8237105465742879, jaccard: 0.7002617801047121, precision: 0.874897792313982, recall: 0.7781818181818182 },
  voxel: { hd: 2.23606797749979, hd95: Math.SQRT2, asd: 0.7797550656188257, assd: 0.813824167313204 },
  mm: { hd: 5, hd95: 2.5, asd: 1.0901437095772666, assd: 1.160963975788851 },
}

function volume(inside: (x: number, y: number, z: number) => boolean, value = 1): Volume<Uint8Array> {
  const data = new Uint8Array(32 * 26 * 18)
  for (let i = 0; i < data.length; i++) data[i] = inside(i % 32, Math.floor(i / 32) % 26, Math.floor(i / 832)) ? value : 0
  return { data, size, spacing, origin: [3, -7, 11] }
}

const root = mkdtempSync(join(tmpdir(), 'dualseg-metrics-'))
const at = (...parts: string[]) => join(root, ...parts)
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => {
  await writeImage(at('p', 'one.nii.gz'), volume(PREDICTION))
  await writeImage(at('r', 'one.nii.gz'), volume(REFERENCE))
  await writeImage(
    at('p', 'two.mha'),
    volume(() => false),
  )
  await writeImage(at('r', 'two.nrrd'), volume(REFERENCE))
})

async function measured(...args: string[]) {
  const { code, stdout, stderr } = await runMain('metrics', ...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) })
  return JSON.parse(stdout) as { cases: { id: string; unit: string; results: Record<string, unknown>[] }[]; summary: unknown[] }
}

function expectNear(result: Record<string, unknown>, wanted: Record<string, number>): void {
  for (const [measure, value] of Object.entries(wanted)) expect(result[measure], measure).toBeCloseTo(value, 12)
}

describe('two files', () => {
  const files = [at('p', 'one.nii.gz'), at('r', 'one.nii.gz')]

  it("score as medpy scores them, in the files' millimetres", async () => {
    const { cases } = await measured(...files)
    expect(cases).toMatchObject([{ id: 'one', unit: 'mm' }])
    expect(cases[0]!.results).toMatchObject([{ label: 1, definition: 'medpy', empty: 'exclude', spacing }])
    expectNear(cases[0]!.results[0]!, { ...MEDPY.overlap, ...MEDPY.mm })
  })

  it.each(['1,1,1', 'voxel'])('score as medpy scores them in voxels, with --spacing %s', async (given) => {
    const { cases } = await measured(...files, '--spacing', given)
    expect(cases[0]!.unit).toBe(given === 'voxel' ? 'voxel' : 'given')
    expectNear(cases[0]!.results[0]!, { ...MEDPY.overlap, ...MEDPY.voxel })
  })

  it('are told of a label that is asked for and is in neither', async () => {
    const { code, stderr } = await runMain('metrics', ...files, '--labels', '1,5')
    expect(code).toBe(0)
    expect(stderr).toContain('--labels 5: no file has this value; look for another number\n')
    expect(stderr).not.toContain('--labels 1:')
  })

  it('are shown as a table under every definition, with NSD at a tolerance', async () => {
    const { code, stdout } = await runMain('metrics', ...files, '--definition', 'all', '--tolerance', '2')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^medpy, monai, deepmind · empty masks: exclude · distances in mm · NSD at 2 · ASD from prediction/)
    for (const definition of ['medpy', 'monai', 'deepmind'])
      expect(stdout).toMatch(new RegExp(`one +│ ${definition} +│ +0\\.\\d{4}`))
    expect(stdout).not.toContain('mean')
  })

  it('may be of different formats, and tell label from label', async () => {
    const two = volume(PREDICTION).data.map((value, i) => (value && i % 32 > 15 ? 2 : value))
    const reference = volume(REFERENCE).data.map((value, i) => (value && i % 32 > 14 ? 2 : value))
    await writeImage(at('labels.nrrd'), { ...volume(PREDICTION), data: two })
    await writeImage(at('labels.mha'), { ...volume(REFERENCE), data: reference })
    const { cases } = await measured(at('labels.nrrd'), at('labels.mha'))
    expect(cases[0]!.results.map(({ label }) => label)).toEqual([1, 2])
    const one = await measured(at('labels.nrrd'), at('labels.mha'), '--labels', '2')
    expect(one.cases[0]!.results).toEqual([cases[0]!.results[1]])
  })
})

describe('two folders', () => {
  it('pair by name; a case with an empty mask leaves the means of distances', async () => {
    const { stdout, code } = await runMain('metrics', at('p'), at('r'))
    expect(code).toBe(0)
    expect(stdout).toMatch(/one {2}/)
    expect(stdout).toMatch(/two \* +│ +0\.0000 .*NaN/)
    expect(stdout).toMatch(/mean ± SD of 2 +│ 0\.4119 ± 0\.5825/)
    expect(stdout).toContain('* has an empty mask: left out of the means of distances.')
    const { summary } = await measured(at('p'), at('r'))
    expect(summary).toMatchObject([
      { cases: 2, excluded: 1, emptyPredictions: 1, measures: { hd95: { mean: MEDPY.mm.hd95, sd: null } } },
    ])
  })

  it('score an empty prediction by the policy', async () => {
    const { cases } = await measured(at('p'), at('r'), '--empty', 'zero')
    expect(cases[1]!.results[0]).toMatchObject({ dice: 0, hd95: 0, asd: 0, empty: 'zero', excluded: false })
  })

  it('are scored for every label that any file holds, in every case: as with --labels, and for no other', async () => {
    const nothing = volume(() => false)
    for (const [name, prediction, reference] of [
      ['a', volume(PREDICTION, 5), volume(REFERENCE, 5)],
      ['b', nothing, volume(REFERENCE, 5)],
      ['c', nothing, nothing],
    ] as const) {
      await writeImage(at('five-p', `${name}.nii.gz`), prediction)
      await writeImage(at('five-r', `${name}.nii.gz`), reference)
    }
    const found = await measured(at('five-p'), at('five-r'))
    expect(found.cases.map(({ results }) => results.map(({ label }) => label))).toEqual([[5], [5], [5]])
    // Two empty masks agree.
    const dice = (MEDPY.overlap.dice + 0 + 1) / 3
    expect(found.summary).toMatchObject([
      { label: 5, cases: 3, excluded: 2, measures: { dice: { mean: expect.closeTo(dice, 12) } } },
    ])
    const asked = await measured(at('five-p'), at('five-r'), '--labels', '5')
    expect(asked.cases).toEqual(found.cases)
    expect(asked.summary).toEqual(found.summary)
  })

  it('that hold no label at all score nothing that nobody asked for', async () => {
    for (const side of ['none-p', 'none-r'])
      await writeImage(
        at(side, 'x.nii.gz'),
        volume(() => false),
      )
    const { code, stdout, stderr } = await runMain('metrics', at('none-p'), at('none-r'))
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/x\.nii\.gz hold no label at all; name with --labels which ones/)
    expect((await measured(at('none-p'), at('none-r'), '--labels', '3')).summary).toMatchObject([{ label: 3, cases: 1 }])
  })

  it('are written as CSV in full precision', async () => {
    const { stdout } = await runMain('metrics', at('p'), at('r'), '--csv')
    const [head, one, two, ...more] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    expect(more).toEqual([])
    const row = Object.fromEntries(head!.map((name, k) => [name, one![k]!]))
    expect(row).toMatchObject({
      case: 'one',
      label: '1',
      unit: 'mm',
      definition: 'medpy',
      spacing: '0.75 1.25 2.5',
      tolerance: '',
    })
    expect(Number(row.hd95)).toBeCloseTo(MEDPY.mm.hd95, 12)
    expect(two).toHaveLength(head!.length)
  })

  it('pair by names that look the same, and without what macOS leaves beside them', async () => {
    await writeImage(at('composed', 'M\u00fcller.nii.gz'), volume(PREDICTION))
    await writeImage(at('decomposed', 'Mu\u0308ller.nii.gz'), volume(REFERENCE))
    await writeFile(at('decomposed', '._Mu\u0308ller.nii.gz'), 'Mac OS X')
    await writeFile(at('composed', '.DS_Store'), 'Mac OS X')
    const { cases } = await measured(at('composed'), at('decomposed'))
    expect(cases.map(({ id }) => id)).toEqual(['M\u00fcller'])
    expectNear(cases[0]!.results[0]!, { ...MEDPY.overlap, ...MEDPY.mm })
  })

  it('may hold a folder a case, as the Left Atrium does', async () => {
    await mkdir(at('la', 'CASE'), { recursive: true })
    const label = toTensorOrder(volume(REFERENCE))
    await writeFile(at('la', 'CASE', 'mri_norm2.h5'), await laFile({ shape: size, label }))
    const { data } = volume(PREDICTION)
    await writeImage(at('la-predictions', 'CASE.nii.gz'), { data, size, spacing: [1, 1, 1], spacingUnit: 'voxel' })
    const { cases } = await measured(at('la-predictions'), at('la'))
    expect(cases).toMatchObject([{ id: 'CASE', unit: 'voxel' }])
    expectNear(cases[0]!.results[0]!, { ...MEDPY.overlap, ...MEDPY.voxel })
  })
})

describe('what scores 0 for its values alone', () => {
  it('is told: a mask of 255 beside one of 1', async () => {
    await writeImage(at('mask255.nii.gz'), volume(REFERENCE, 255))
    const { code, stderr } = await runMain('metrics', at('mask255.nii.gz'), at('r', 'one.nii.gz'))
    expect(code).toBe(0)
    expect(stderr).toContain(
      'Note: no label is in both files (the prediction has 255, the reference 1), so every Dice is 0; if the same organ has other values in them',
    )
  })

  it('and many labels that lie together are labels', async () => {
    const data = Uint8Array.from(volume(REFERENCE).data, (_, i) => Math.floor(i / 832) + Math.floor((i % 32) / 8) * 18 + 1)
    await writeImage(at('many.nii.gz'), { ...volume(REFERENCE), data })
    const { cases } = await measured(at('many.nii.gz'), at('many.nii.gz'))
    expect(cases[0]!.results).toHaveLength(72)
  })
})

describe('what cannot be scored', () => {
  const refused = async (words: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await runMain('metrics', ...args)
    expect(stderr).toMatch(words)
    return { code, stdout }
  }
  const dataError = { code: 3, stdout: '' }
  const usageError = { code: 2, stdout: '' }

  it('is refused in words', async () => {
    const one = at('p', 'one.nii.gz')
    await writeImage(at('q', 'one.nii.gz'), volume(PREDICTION))
    await writeImage(at('q', 'three.nii.gz'), volume(PREDICTION))
    await writeImage(at('moved.nrrd'), { ...volume(REFERENCE), origin: [0, 0, 0] })
    await writeImage(at('other.nrrd'), { ...volume(REFERENCE), spacing: [1, 1, 1] })
    await mkdir(at('nothing'), { recursive: true })
    expect(await refused(/q has no two; .*r has no three|r has no three; .*q has no two/, at('q'), at('r'))).toEqual(dataError)
    expect(await refused(/is a folder and .* a file/, at('p'), one)).toEqual(dataError)
    expect(await refused(/nowhere is not there; look for another spelling/, at('nowhere'), one)).toEqual(dataError)
    expect(await refused(/nothing holds no \.nii/, at('nothing'), at('r'))).toEqual(dataError)
    await writeImage(at('image.nii.gz'), {
      ...volume(REFERENCE),
      data: Uint8Array.from(volume(REFERENCE).data, (_, i) => (i * 37) % 139),
    })
    for (const [prediction, reference, which] of [
      ['image', 'p/one', 'prediction'],
      ['p/one', 'image', 'reference'],
    ] as const) {
      const words = new RegExp(`the ${which} has 138 values that change from voxel to voxel, as in an image .*; give a label map`)
      expect(await refused(words, at(`${prediction}.nii.gz`), at(`${reference}.nii.gz`))).toEqual(dataError)
    }
    await writeImage(at('probs.nii.gz'), {
      ...volume(REFERENCE),
      data: Float32Array.from(volume(REFERENCE).data, (v) => 0.75 * v),
    })
    expect(
      await refused(/^one: the prediction has 0\.75 at voxel \d+, and labels are whole numbers/m, at('probs.nii.gz'), one),
    ).toEqual(dataError)
    expect(
      await refused(
        /1 of 1 cannot be scored\nmoved: the prediction has origin .*, the reference .*--as-stored/,
        one,
        at('moved.nrrd'),
      ),
    ).toEqual(dataError)
    expect(await refused(/other: the prediction has spacing .*, the reference/, one, at('other.nrrd'))).toEqual(dataError)
    expect(
      await refused(/two: .*label 1: the reference is empty/, at('r', 'two.nrrd'), at('p', 'two.mha'), '--empty', 'zero'),
    ).toEqual(dataError)
  })

  it.each([
    ['--definition itk', /--definition itk: .*Known: medpy, monai, deepmind/],
    ['--empty error', /--empty error: .*Known: zero/],
    ['--spacing 1,1', /--spacing 1,1: three lengths/],
    ['--spacing 1,0,1', /--spacing 0: not a length above 0/],
    ['--tolerance -1', /--tolerance -1: not a length from 0|--tolerance needs/],
    ['--json --csv', /--json and --csv; give one/],
  ])('nor with %s', async (options, words) => {
    expect(await refused(words, at('p'), at('r'), ...options.split(' '))).toEqual(usageError)
  })
})
