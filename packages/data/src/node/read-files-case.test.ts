import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { laFile } from '../../test/la-file'
import { type PlacedFile, placedFiles } from '../../test/places'
import type { Triple } from '../volume'
import { writeImage } from './images/write-image'
import { readFilesCase } from './read-files-case'

const root = mkdtempSync(join(tmpdir(), 'dualseg-pairs-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let files: PlacedFile[]
beforeAll(async () => {
  files = (await placedFiles(root)).filter(({ says, name }) => says !== 'refused' && !name.includes('slope-2'))
  const shape: Triple = [2, 3, 4]
  const label = Array.from({ length: 24 }, (_, i) => i % 2)
  await writeFile(join(root, 'nothing.h5'), await laFile({ shape, image: Array.from({ length: 24 }, (_, i) => i), label }))
})

/** One says what the other does not, or both say something of spacing or axes that differs before the silence is met. */
const UNLIKE = /does not say .+, the (image|label) does \(\[|has (spacing|direction) \[/

/** The voxels of the files are their indices: the last is the organ. */
const pair = (image: string, label: string, wants = { image: true, label: true }) =>
  readFilesCase(
    {
      kind: 'files',
      root,
      image: `${image}{case}`,
      label: `${label}{case}`,
      classes: [{ name: 'organ', values: [23] }],
      background: Array.from({ length: 22 }, (_, i) => i + 1),
      intensity: { kind: 'none' },
    },
    '',
    wants,
  )

describe('readFilesCase', () => {
  it('takes a label where it says the same of its place as the image, in any format, and no other', async () => {
    // All that leave something open; of those that say all, a few of every kind.
    const few = files.filter(
      ({ name, says }) =>
        says !== 'all' || /nifti1-(sform-2|qform-1|flipped-2|moved-3|qform-las|metres)|nifti2\.nii$|LAS|RAS|all\.mha/.test(name),
    )
    const taken: string[] = []
    const refusals: string[] = []
    for (const image of few) {
      for (const label of few) {
        const found = await pair(image.name, label.name).then(
          () => undefined,
          (error: Error & { code?: string }) => error,
        )
        if (found === undefined) taken.push(`${image.name} ${label.name}`)
        else {
          expect(found.code).toBe('DUALSEG_DATA')
          expect(found.message).toContain(`${join(root, label.name)}: the `)
          refusals.push(found.message)
        }
        const saysAll = image.says === 'all' && label.says === 'all'
        if (image.name === label.name) expect(found).toBeUndefined()
        else if (image.says !== label.says) expect(found?.message, `${image.name} ${label.name}`).toMatch(UNLIKE)
        else if (saysAll) {
          const [a, b] = [Object.values(image.lps)[0]!, Object.values(label.lps)[0]!]
          const apart = Math.max(...a.flat().map((at, i) => Math.abs(at - b.flat()[i]!)))
          expect({ image: image.name, label: label.name, taken: found === undefined }).toEqual({
            image: image.name,
            label: label.name,
            taken: apart < 0.01,
          })
        }
      }
    }
    expect(taken).toContain('nifti1-sform-2-no-unit.nii nifti1-qform-1-no-unit.nii')
    expect(taken).toContain('nifti1-nothing.nii nothing.nrrd')
    expect(refusals.filter((message) => message.includes('axes are turned or mirrored')).length).toBeGreaterThan(10)
    expect(refusals.filter((message) => message.includes('would be a guess; write it into the header')).length).toBeGreaterThan(
      10,
    )
  })

  it('refuses a label that is mirrored, where neither file has a unit', async () => {
    await expect(pair('nifti1-sform-2-no-unit.nii', 'nifti1-flipped-2.nii')).rejects.toThrow(
      /the label has direction \[1,0,0,0,-1,0,0,0,1\], the image \[-1,0,0,0,-1,0,0,0,1\]: axes are turned or mirrored; they must be on one grid/,
    )
  })

  it('tests the place of a label also where the image is not wanted', async () => {
    await expect(pair('nifti1-sform-2-no-unit.nii', 'nifti1-moved-2.nii', { image: false, label: true })).rejects.toThrow(
      /the label has origin \[-10,-20,40\], the image \[-10,-20,30\]/,
    )
  })

  it('hands on what one should know of the files', async () => {
    expect((await pair('nifti1-moved-3.nii', 'nifti1-moved-2.nii')).notes).toEqual([
      expect.stringMatching(/^the image has an sform \(code 3\) and a qform \(code 1\) that lie up to 10 mm apart/),
      expect.stringMatching(/^the label has an sform \(code 2\)/),
    ])
    const { notes } = await pair('nothing.h5', 'nifti1-nothing.nii')
    expect(notes).toEqual([
      'the image says nothing of where its axes run and where it lies',
      'the label says nothing of where its axes run and where it lies (qform_code and sform_code are 0)',
    ])
  })

  it('takes label voxels that are whole but for rounding', async () => {
    const grid = { size: [2, 3, 4] as Triple, spacing: [1, 1, 1] as Triple, origin: [0, 0, 0] as Triple }
    const image = { ...grid, data: Float32Array.from({ length: 24 }, (_, i) => i) }
    await writeImage(join(root, 'image.nii'), image)
    await writeImage(join(root, 'label.nii'), {
      ...image,
      data: image.data.map((value) => (value === 0 ? 0 : value * 1.0000153)),
    })
    const { label, notes } = await pair('image.nii', 'label.nii')
    expect(Array.from(label!.data)).toEqual(Array.from({ length: 24 }, (_, i) => (i === 23 ? 1 : 0)))
    expect(notes).toEqual(['the label has 23 label voxels that miss a whole number by up to 0.00035; they are rounded'])
    await writeImage(join(root, 'label.nii'), { ...image, data: image.data.map((value) => value * 1.01) })
    await expect(pair('image.nii', 'label.nii')).rejects.toThrow(/label voxel 1 is 1\.009/)
  })

  describe('labels of several classes', () => {
    const grid = { size: [2, 3, 4] as Triple, spacing: [1, 1, 1] as Triple, origin: [0, 0, 0] as Triple }
    const classes = [
      { name: 'shell', values: [7, 2] },
      { name: 'core', values: [300] },
    ]
    const read = async (values: readonly number[]) => {
      const image = { ...grid, data: Float32Array.from({ length: 24 }, (_, i) => i) }
      await writeImage(join(root, 'image.nii'), image)
      await writeImage(join(root, 'label.nii'), { ...grid, data: Int16Array.from({ length: 24 }, (_, i) => values[i] ?? 0) })
      const source = {
        kind: 'files',
        root,
        image: 'image.nii{case}',
        label: 'label.nii{case}',
        classes,
        background: [5],
      } as const
      return readFilesCase({ ...source, intensity: { kind: 'none' } }, '', { image: true, label: true })
    }

    it('become the numbers of their classes, whatever value stands for them', async () => {
      const { label, notes } = await read([0, 2, 300, 7, 5, 300])
      expect(Array.from(label!.data.slice(0, 7))).toEqual([0, 1, 2, 1, 0, 2, 0])
      expect(notes).toEqual([])
    })

    it('may all be background, and may not all be one class', async () => {
      const { label, notes } = await read([5, 0, 5])
      expect(Math.max(...label!.data)).toBe(0)
      expect(notes).toEqual(['the label has no foreground: a scan on which there is nothing to find (a true negative)'])
      await expect(read(Array(24).fill(300))).rejects.toThrow(/every voxel of the label is core/)
      await expect(read([0, 2, 1])).rejects.toThrow(
        /label voxel 2 is 1, expected 0, 5, 7, 2, 300; describe 1 as a class or as background, or correct the label$/,
      )
    })

    it('have a sum of their own for every assignment of values', async () => {
      const { sha256 } = await read([2])
      classes.reverse()
      expect((await read([2])).sha256).not.toBe(sha256)
    })
  })
})
