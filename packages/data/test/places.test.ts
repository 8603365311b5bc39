import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileVolume } from '../src/node/images/read-image'
import { readGrid, readImage } from '../src/node/images/read-image'
import { writeImage } from '../src/node/images/write-image'
import { directionOf, gridDifference, placeOf } from '../src/same-grid'
import type { Triple } from '../src/volume'
import { type PlacedFile, placedFiles } from './places'
import { temporaryFolder } from './temporary-folder'

const CORNERS: Triple[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

const root = mkdtempSync(join(tmpdir(), 'dualseg-places-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let files: PlacedFile[]
const read = new Map<string, FileVolume>()
const named = (name: string) => files.find((file) => file.name === name)!
beforeAll(async () => {
  files = await placedFiles(root)
  for (const file of files) if (file.says !== 'refused') read.set(file.name, await readImage(file.path))
})

/** Farthest apart that two lists of places are. */
function apart(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return Math.max(...a.map((place, i) => Math.hypot(...place.map((at, row) => at - b[i]![row]!))))
}

const placesOf = (volume: FileVolume) => CORNERS.map((voxel) => placeOf(volume, voxel))

describe('the place of voxels', () => {
  it('is where nibabel, SimpleITK and pynrrd find them, in every format', () => {
    let compared = 0
    for (const { name, says, lps } of files) {
      if (says !== 'all') continue
      const places = placesOf(read.get(name)!)
      for (const [reader, theirs] of Object.entries(lps)) {
        // What float32 headers lose.
        expect(apart(places, theirs), `${name} by ${reader}`).toBeLessThan(3e-7 * Math.max(...theirs.flat().map(Math.abs)))
        compared++
      }
    }
    expect(compared).toBeGreaterThan(90)
  })

  it('is the same in NIfTI-2 as in NIfTI-1', () => {
    const twos = files.filter(({ name, says }) => name.startsWith('nifti2') && says !== 'refused')
    expect(twos.length).toBeGreaterThan(30)
    for (const { name } of twos) {
      const { path: _, nifti: two, ...volume } = read.get(name)!
      const { path: __, nifti: one, ...before } = read.get(name.replace('nifti2', 'nifti1'))!
      expect(volume.notes).toEqual(before.notes)
      expect(apart(placesOf(volume as FileVolume), placesOf(before as FileVolume)), name).toBeLessThan(1e-2)
      expect({ ...volume, spacing: 0, origin: 0, direction: 0 }).toEqual({ ...before, spacing: 0, origin: 0, direction: 0 })
      expect(two!.sformCode).toBe(one!.sformCode)
    }
  })

  it('is left open where the file leaves it open, and a note says so', () => {
    for (const { name, says } of files) {
      if (says === 'refused') continue
      const volume = read.get(name)!
      expect({ name, unit: volume.spacingUnit }).toEqual({ name, unit: says === 'nothing' ? 'voxel' : 'mm' })
      expect({ name, hasAxes: directionOf(volume) !== undefined }).toEqual({ name, hasAxes: says === 'all' || says === 'axes' })
      expect({ name, hasOrigin: volume.origin !== undefined }).toEqual({ name, hasOrigin: says === 'all' })
      const told = volume.notes.join('\n')
      if (says === 'axes') expect(told).toBe('does not say where it begins')
      else if (says !== 'all') expect(told).toMatch(/^says nothing of where its axes run and where it lies/)
    }
  })

  it('follows the sform where the two forms of NIfTI differ, and says so', () => {
    for (const { name, note, says } of files) {
      if (says !== 'all') continue
      const told = read.get(name)!.notes.join('\n')
      if (note === 'apart')
        expect(told, name).toMatch(
          /has an sform \(code \d\) and a qform \(code 1\) that lie up to [\d.]+ mm apart; the sform is taken/,
        )
      else if (note === 'sheared')
        expect(told, name).toMatch(
          /has a sheared sform \(its axes x and y meet at 73\.3 degrees, expected 90\); its qform \(code 1\) is taken/,
        )
      else expect({ name, told }).toEqual({ name, told: '' })
    }
    expect(read.get('nifti1-moved-3.nii')!.notes).toEqual([expect.stringContaining('up to 10 mm apart')])
  })

  it.each([
    ['sheared.nii', /has a sheared sform \(its axes x and y meet at 73\.3 degrees, expected 90\); repair the header or resample/],
    ['sform-of-zeros.nii', /has an sform with an axis of length 0; repair/],
    ['quaternion-too-long.nii', /has a quaternion \[0\.8.*\] longer than 1, which is no rotation/],
  ])('is refused in words where a NIfTI says something that is none: %s', async (name, words) => {
    for (const kind of ['nifti1', 'nifti2']) {
      const { path } = named(`${kind}-${name}`)
      for (const reading of [readImage, readGrid]) {
        const error = await reading(path).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringMatching(words) })
        expect((error as Error).message.startsWith(`${path}: `)).toBe(true)
      }
    }
  })

  it.each(['sheared.nrrd', 'sheared.mha'])('is refused in words in %s', async (name) => {
    await expect(readImage(named(name).path)).rejects.toThrow(/expected finite numbers and axes at right angles/)
  })

  it('is known without reading the voxels', async () => {
    for (const { name, path, says } of files) {
      if (says === 'refused') continue
      const { data: _, path: __, format: ___, storedType: ____, notes: _____, nifti: ______, ...grid } = read.get(name)!
      expect(await readGrid(path), name).toEqual(grid)
    }
  })
})

describe('voxels', () => {
  it('are as stored, in both byte orders, or scaled as the header says; a slope of 0 scales nothing', () => {
    for (const { name, says, values = [0, 1, 23] } of files) {
      if (says === 'refused') continue
      const { data, storedType } = read.get(name)!
      expect({ name, values: [data[0], data[1], data[23]], storedType }).toEqual({ name, values, storedType: 'int16' })
      expect(data).toBeInstanceOf(name.includes('slope-2') ? Float32Array : Int16Array)
    }
  })
})

describe('a mask that is written', () => {
  const mask = (volume: FileVolume) => ({ ...volume, data: Uint8Array.from(volume.data, (_, i) => i % 2) })
  /** unit, pixdim, codes and forms of a NIfTI-1 file. */
  const forms = (bytes: Buffer) =>
    [bytes.subarray(76, 92), bytes.subarray(123, 124), bytes.subarray(252, 328)].map((part) => part.toString('hex'))

  it('keeps the forms of its image byte for byte, whatever they say', async () => {
    const folder = await temporaryFolder()
    for (const { name, path, says } of files) {
      if (!/^nifti1.*\.nii$/.test(name) || name.includes('big') || says === 'refused') continue
      await writeImage(join(folder, name), mask(read.get(name)!))
      expect({ name, forms: forms(await readFile(join(folder, name))) }).toEqual({ name, forms: forms(await readFile(path)) })
    }
  })

  it.each(['nii', 'nii.gz', 'nrrd', 'mha'])(
    'lies where its image lies as .%s, and leaves open what that leaves open',
    async (ending) => {
      const folder = await temporaryFolder()
      for (const { name, says } of files) {
        if (says === 'refused') continue
        const image = read.get(name)!
        await writeImage(join(folder, `${name}.${ending}`), mask(image))
        const written = await readImage(join(folder, `${name}.${ending}`))
        // NIfTI has no way to say where axes run without saying where they begin.
        const isSilent = says === 'axes' && ending.startsWith('nii')
        expect({ name, difference: gridDifference(written, isSilent ? { ...image, origin: [0, 0, 0] } : image) }).toEqual({
          name,
        })
      }
    },
  )

  it('loses the forms when it was moved', async () => {
    const path = join(await temporaryFolder(), 'moved.nii')
    const image = read.get('nifti1-flipped-3.nii')!
    const origin: Triple = [image.origin![0] + 5, image.origin![1], image.origin![2]]
    await writeImage(path, { ...mask(image), origin })
    expect(await readImage(path)).toMatchObject({ origin, nifti: { qformCode: 1, sformCode: 1 }, notes: [] })
  })
})

describe('two files', () => {
  it('are on one grid exactly where others find their voxels in the same places, and both say so', () => {
    const known = files.filter(({ says }) => says !== 'refused')
    const seen = { same: 0, apart: 0, unknown: 0 }
    const theirs = ({ name, lps }: PlacedFile) => Object.values(lps)[0] ?? placesOf(read.get(name.replace('nifti2', 'nifti1'))!)
    for (const one of known) {
      for (const other of known) {
        const difference = gridDifference(read.get(one.name)!, read.get(other.name)!)
        const title = `${one.name} and ${other.name}`
        if (one.says !== other.says) {
          // Where both say something of spacing, that may differ before the silence is noticed.
          const { isUnknown, kind, found } = difference!
          expect(found, title).toMatch(isUnknown ? /does not say .+, the (image|label) does \(\[/ : /has (spacing|direction) \[/)
          if (!isUnknown) expect(['spacing', 'axes'], title).toContain(kind)
          seen.unknown++
        } else if (one.says === 'all') {
          const isSame = apart(theirs(one), theirs(other)) < 0.1 * Math.min(...read.get(one.name)!.spacing)
          expect({ title, isSame: difference === undefined }).toEqual({ title, isSame })
          seen[isSame ? 'same' : 'apart']++
        }
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100)
  })
})
