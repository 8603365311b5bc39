import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readImage, writeImage } from '@dualseg/data/node'
import { beforeEach, describe, expect, it } from 'vitest'
import { ownCase } from '../../../test/own-dataset'
import { prepareScans } from './prepare-scans'

let root: string
const at = (...parts: string[]) => join(root, ...parts)
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-prepare-'))
  return () => rmSync(root, { recursive: true, force: true })
})

/** The noise in Hounsfield units, in air. */
function scan(change: (value: number) => number = (value) => value) {
  const { image } = ownCase(0)
  const inAir = (value: number, i: number) => (i < 24 * 21 * 2 ? -1000 : Math.round(100 * value))
  return { ...image, data: image.data.map((value, i) => change(inAir(value, i))) }
}

async function prepare(options: { ignoreOrigin?: boolean } = {}): Promise<{ how: string[]; refused: string[] }> {
  const how: string[] = []
  const pairs = [{ id: 'A', image: at('scan.nii.gz'), label: at('label.nii.gz') }]
  const refused = await prepareScans(pairs, at('out'), {
    variant: 'notebook',
    foreground: [1],
    ignoreOrigin: false,
    ...options,
    onCase: (_id, one) => how.push(one),
  })
  return { how, refused: [...refused.values()].map(({ message }) => message) }
}

const record = () => JSON.parse(readFileSync(at('out', 'prepared.json'), 'utf8'))

describe('scans that were prepared', () => {
  beforeEach(async () => {
    await writeImage(at('scan.nii.gz'), scan())
    await writeImage(at('label.nii.gz'), ownCase(0).label)
    expect(await prepare()).toEqual({ how: ['prepared'], refused: [] })
    expect(await prepare()).toEqual({ how: ['was there'], refused: [] })
  })

  it('are prepared anew when their label was corrected', async () => {
    const before = await readImage(at('out', 'A', 'label.nii.gz'))
    const { label } = ownCase(0)
    await writeImage(at('label.nii.gz'), { ...label, data: ownCase(1).label.data })
    expect(await prepare()).toEqual({ how: ['prepared anew'], refused: [] })
    const after = await readImage(at('out', 'A', 'label.nii.gz'))
    expect(after.data).not.toEqual(before.data)
    expect(readFileSync(at('out', 'SHA256SUMS'), 'utf8')).toContain(record().cases.A.label)
    expect(await prepare()).toEqual({ how: ['was there'], refused: [] })
  })

  it('are prepared anew when their scan was corrected, and when what was made of them is damaged', async () => {
    const made = readFileSync(at('out', 'A', 'image.nii.gz'))
    await writeImage(
      at('scan.nii.gz'),
      scan((value) => value + 20),
    )
    expect(await prepare()).toEqual({ how: ['prepared anew'], refused: [] })
    await writeImage(at('scan.nii.gz'), scan())
    expect(await prepare()).toEqual({ how: ['prepared anew'], refused: [] })
    expect(readFileSync(at('out', 'A', 'image.nii.gz'))).toEqual(made)
    writeFileSync(at('out', 'A', 'image.nii.gz'), 'spoilt')
    expect(await prepare()).toEqual({ how: ['prepared anew'], refused: [] })
    expect(readFileSync(at('out', 'A', 'image.nii.gz'))).toEqual(made)
  })

  it('are prepared anew by a version that keeps the sums of the files they were made from', async () => {
    const { cases, ...how } = record()
    const { from: _, ...older } = cases.A
    writeFileSync(at('out', 'prepared.json'), JSON.stringify({ ...how, cases: { A: older } }))
    expect(await prepare()).toEqual({ how: ['prepared anew'], refused: [] })
    expect(record().cases.A).toEqual(cases.A)
  })

  it('leave the record when they are refused now, so that nothing trains on what they were', async () => {
    await writeImage(at('label.nii.gz'), { ...ownCase(0).label, origin: [0, 0, 0] })
    expect(await prepare()).toEqual({ how: [], refused: [expect.stringContaining('case A: the label has origin [0,0,0]')] })
    expect(record().cases).toEqual({})
    expect(readFileSync(at('out', 'SHA256SUMS'), 'utf8')).toBe('')
  })

  it('do not mix with others that are prepared another way', async () => {
    await expect(prepare({ ignoreOrigin: true })).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringContaining('was prepared another way (notebook)'),
    })
  })
})

describe('a folder with volumes of somebody else', () => {
  it.each(['A/image.nii.gz', 'A/label.nii.gz', 'SHA256SUMS'])('is left as it is: %s', async (name) => {
    await writeImage(at('scan.nii.gz'), scan())
    await writeImage(at('label.nii.gz'), ownCase(0).label)
    mkdirSync(at('out', 'A'), { recursive: true })
    writeFileSync(at('out', name), 'mine')
    await expect(prepare()).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: `${at('out', name)} was not written by bench data prepare, as far as is known; move it away, or name another folder with --data`,
    })
    expect(readFileSync(at('out', name), 'utf8')).toBe('mine')
    expect(readdirSync(at('out'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile())).toHaveLength(1)
  })

  it('is told from one in which this command was interrupted', async () => {
    await writeImage(at('scan.nii.gz'), scan())
    await writeImage(at('label.nii.gz'), ownCase(0).label)
    expect((await prepare()).how).toEqual(['prepared'])
    // As a kill between the volumes and the record leaves it.
    writeFileSync(at('out', 'prepared.json'), JSON.stringify({ ...record(), cases: {} }))
    expect((await prepare()).how).toEqual(['prepared'])
  })
})
