import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { encodeNifti, reorient, type Triple, type Volume } from '@dualseg/data'
import { readImage, writeImage } from '@dualseg/data/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { placedFiles } from '../../packages/data/test/places'
import { type OwnDataset, ownCase, ownDataset, removePristine } from './own-dataset'
import { runFolders } from './run-folder'
import { runMain } from './run-main'

// Whole commands, several a test, on machines that are shared.
vi.setConfig({ testTimeout: 300_000 })

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

const root = mkdtempSync(join(tmpdir(), 'dualseg-places-'))
const at = (name: string) => join(root, name)

beforeAll(async () => {
  await placedFiles(root)
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  removePristine()
})

/** Unit 0, as `nibabel.Nifti1Image(data, affine)` leaves it; 1 mm, for such files are where a unit was taken for more than it is. */
function withoutUnit(volume: Volume): Uint8Array {
  const bytes = encodeNifti({ ...volume, spacing: [1, 1, 1] })
  bytes[123] = 0
  return bytes
}

/** No place: both codes 0. */
function withoutCodes(volume: Volume): Uint8Array {
  const bytes = encodeNifti(volume)
  bytes.fill(0, 252, 256)
  return bytes
}

describe('bench metrics', () => {
  const scored = async (...args: string[]) => {
    const { code, stdout, stderr } = await runMain('metrics', ...args, '--json')
    return {
      code,
      stderr,
      stdout,
      dice: code === 0 ? JSON.parse(stdout).cases[0].results.map((one: { dice: number }) => one.dice) : undefined,
    }
  }

  it.each([
    ['nifti1-sform-2-no-unit.nii', 'nifti1-flipped-2.nii', /the prediction has direction .* axes are turned or mirrored/],
    ['nifti1-sform-2-no-unit.nii', 'nifti1-moved-2.nii', /the prediction has origin/],
    ['nifti2-sform-2-no-unit.nii', 'nifti1-moved-2.nii', /the prediction has origin/],
    ['LAS.nrrd', 'RAS.nrrd', /axes are turned or mirrored/],
    ['LAS.nrrd', 'LPS.nrrd', /axes are turned or mirrored/],
    ['no-space.nrrd', 'LPS.nrrd', /the prediction does not say where its axes run, the reference does/],
    ['all.mha', 'no-matrix.mha', /the reference does not say where its axes run, the prediction does/],
    ['no-offset.mha', 'all.mha', /the prediction does not say where it begins, the reference does/],
    ['nifti1-unit-alone.nii', 'nifti1-sform-2-no-unit.nii', /the prediction does not say where its axes run/],
    ['nifti1-nothing.nii', 'nifti1-sform-2-no-unit.nii', /the prediction does not say how far apart its voxels are/],
  ])(
    'refuses %s beside %s, with the way out, unless it is told to compare them as they are stored',
    async (one, other, words) => {
      const refused = await scored(at(one), at(other))
      expect(refused).toMatchObject({ code: 3, stdout: '' })
      expect(refused.stderr).toMatch(words)
      expect(refused.stderr).toContain('if both hold the same voxels in the same order, say so with --as-stored')
      const given = await scored(at(one), at(other), '--as-stored', '--spacing', '1,1,1')
      expect(given.code).toBe(0)
      expect(new Set(given.dice)).toEqual(new Set([1]))
    },
  )

  it('takes two files that say the same in other ways, and says what they leave open', async () => {
    for (const [one, other, note] of [
      ['nifti1-qform-1-no-unit.nii', 'nifti2-sform-4-no-unit.nii', undefined],
      [
        'nifti1-flipped-2.nii',
        'nifti1-flipped-3.nii',
        'Note: the reference has an sform (code 3) and a qform (code 1) that lie up to 1 mm',
      ],
      [
        'nothing.nrrd',
        'nifti1-nothing.nii',
        'Note: the reference says nothing of where its axes run and where it lies (qform_code',
      ],
    ] as const) {
      const { code, dice, stderr } = await scored(at(one), at(other))
      expect({ code, dice: new Set(dice) }).toEqual({ code: 0, dice: new Set([1]) })
      if (note) expect(stderr).toContain(note)
      else expect(stderr).not.toContain('Note')
    }
  })

  it('refuses a sheared header in words, with nothing on stdout', async () => {
    for (const name of ['nifti1-sheared.nii', 'nifti2-sheared.nii', 'sheared.nrrd', 'sheared.mha']) {
      const { code, stdout, stderr } = await scored(at(name), at(name))
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/has a sheared sform|axes at right angles/)
    }
  })

  it('takes what earlier versions wrote of volumes without a place, in their words, for such', async () => {
    const silent = {
      ...ownCase(0).label,
      spacing: [1, 1, 1] as Triple,
      spacingUnit: 'voxel' as const,
      origin: undefined as never,
    }
    const now = encodeNifti(silent)
    const before = encodeNifti({ ...silent, origin: [0, 0, 0] })
    before[123] = 0
    before.set(now.subarray(148, 228), 148)
    writeFileSync(at('now.nii'), now)
    writeFileSync(at('before.nii'), before)
    expect(new DataView(before.buffer).getInt16(254, true)).toBe(1)
    expect(await scored(at('before.nii'), at('now.nii'))).toMatchObject({ code: 0, dice: [1] })
  })

  it('takes labels that are whole but for rounding, and says so', async () => {
    const { label } = ownCase(0)
    await writeImage(at('whole.nii'), label)
    await writeImage(at('rounded.nii'), { ...label, data: Float32Array.from(label.data, (value) => value * 1.0000153) })
    const { code, dice, stderr } = await scored(at('rounded.nii'), at('whole.nii'))
    expect({ code, dice: new Set(dice) }).toEqual({ code: 0, dice: new Set([1]) })
    expect(stderr).toMatch(
      /Note: the prediction has \d+ label voxels that miss a whole number by up to 0\.0000\d+; they are rounded\./,
    )
  })
})

describe('a data set', () => {
  let own: OwnDataset
  beforeEach(async () => {
    vi.stubEnv('DUALSEG_DATA', '')
    own = await ownDataset('nii')
    place.projectRoot = own.root
    for (const [index, id] of own.ids.entries()) {
      const { image, label } = ownCase(index)
      writeFileSync(own.file(id, 'image'), withoutUnit(image))
      writeFileSync(own.file(id, 'label'), withoutUnit(label))
    }
  })
  afterEach(() => {
    own.remove()
    vi.unstubAllEnvs()
  })
  const train = (...args: string[]) =>
    runMain('own', '--method', 'supervised', '--iterations', '6', '--threads', '1', '--runs', join(own.root, 'runs'), ...args)

  it('of files without a unit refuses a label that is stored the other way round', async () => {
    const turned = reorient({ ...ownCase(3).label, spacing: [1, 1, 1] }, 'RPS')
    writeFileSync(own.file('P4', 'label'), withoutUnit(turned))
    const { code, stdout, stderr } = await runMain('data', 'check', 'own')
    expect({ code }).toEqual({ code: 3 })
    expect(stdout).toContain('5 of 6 cases can be used.')
    expect(stderr).toMatch(/^case P4: .*the label has direction .*axes are turned or mirrored/m)
    const trained = await train()
    expect(trained).toMatchObject({ code: 3, stdout: '' })
    expect(trained.stderr).toMatch(/case P4: .*axes are turned or mirrored/)
  })

  it('refuses a label that does not say where its axes run beside an image that does, and notes where neither says', async () => {
    writeFileSync(own.file('P2', 'label'), withoutCodes({ ...ownCase(1).label, spacing: [1, 1, 1] }))
    const refused = await runMain('data', 'check', 'own')
    expect(refused.stderr).toMatch(
      /^case P2: .*the label does not say where its axes run, the image does .* would be a guess; write it into the header/m,
    )
    writeFileSync(own.file('P2', 'image'), withoutCodes({ ...ownCase(1).image, spacing: [1, 1, 1] }))
    const { code, stderr } = await runMain('data', 'check', 'own')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^Note: the image says nothing of where its axes run and where it lies \(qform_code and sform_code are 0\) \(P2\)\.$/m,
    )
    const { cases } = JSON.parse((await runMain('data', 'check', 'own', '--json')).stdout)
    expect(cases[0].notes).toEqual([])
    expect(cases[1].notes).toHaveLength(2)
    expect((await train('--dry-run')).code).toBe(0)
  })

  it('gives one scan one mask in space, however its voxels are stored and whatever its header leaves open', async () => {
    expect(await train('--predictions')).toMatchObject({ code: 0 })
    const folder = runFolders(join(own.root, 'runs'))[0]!
    const tested = await readImage(join(folder, 'predictions', 'P1.nii.gz'))
    const scan = await readImage(own.file('P1', 'image'))
    const out = join(own.root, 'out')
    const predicted = async (name: string) => {
      const { code, stdout, stderr } = await runMain(
        'predict',
        '--run',
        folder,
        join(own.root, name),
        '--out',
        out,
        '--threads',
        '1',
        '--json',
      )
      expect({ code }, stderr).toEqual({ code: 0 })
      const { label, notes } = JSON.parse(stdout).images[0]
      return { label: await readImage(label), notes: notes.join('\n'), stderr }
    }
    for (const axes of ['RAI', 'LSP']) {
      writeFileSync(join(own.root, `${axes}.nii`), withoutUnit(reorient(scan, axes)))
      const { label, notes } = await predicted(`${axes}.nii`)
      expect({ axes, notes }).toEqual({ axes, notes: '' })
      expect(label.data).toEqual(reorient(tested, axes).data)
    }
    // NRRD as another program writes it: the same place in another space.
    await writeImage(join(own.root, 'las.nrrd'), scan)
    const [head, voxels] = splitHeader(readFileSync(join(own.root, 'las.nrrd')))
    const las = head
      .replace('left-posterior-superior', 'left-anterior-superior')
      .replace(/\(([^,)]+),([^,)]+),([^)]+)\)/g, (_, x, y, z) => `(${x},${-Number(y)},${z})`)
    writeFileSync(join(own.root, 'las.nrrd'), Buffer.concat([Buffer.from(las, 'latin1'), voxels]))
    expect((await predicted('las.nrrd')).label.data).toEqual(tested.data)
    // Without codes it is taken in its own order, which a note says.
    const { nifti: _, ...inMillimetres } = scan
    writeFileSync(join(own.root, 'silent.nii'), withoutCodes(inMillimetres))
    const silent = await predicted('silent.nii')
    expect(silent.label.data).toEqual(tested.data)
    expect(silent.label).toMatchObject({ spacingUnit: 'mm', notes: [expect.stringContaining('qform_code and sform_code are 0')] })
    expect(silent.notes).toMatch(/the image says nothing of where its axes run/)
    expect(silent.notes).toMatch(
      /the image does not say where its axes run and is taken in its own order; training volumes ran to LPS \(left, back, head\)/,
    )
  })

  it('keeps the forms of a NIfTI in the mask that is predicted, whatever they say', async () => {
    expect(await train()).toMatchObject({ code: 0 })
    const folder = runFolders(join(own.root, 'runs'))[0]!
    const bytes = Buffer.from(withoutUnit(ownCase(0).image))
    bytes.writeInt16LE(3, 252)
    bytes.writeInt16LE(4, 254)
    bytes.writeFloatLE(bytes.readFloatLE(268) + 10, 268)
    writeFileSync(join(own.root, 'apart.nii'), bytes)
    const out = join(own.root, 'out')
    const { code, stdout, stderr } = await runMain(
      'predict',
      '--run',
      folder,
      join(own.root, 'apart.nii'),
      '--out',
      out,
      '--threads',
      '1',
      '--json',
    )
    expect({ code }, stderr).toEqual({ code: 0 })
    expect(stderr).toMatch(
      /Note: the image has an sform \(code 4\) and a qform \(code 3\) that lie up to 10 mm apart; the sform is taken/,
    )
    const mask = gunzipSync(readFileSync(JSON.parse(stdout).images[0].label))
    for (const [from, to] of [
      [76, 92],
      [123, 124],
      [252, 328],
    ])
      expect(mask.subarray(from, to)).toEqual(bytes.subarray(from, to))
  })
})

function splitHeader(bytes: Buffer): [string, Buffer] {
  const end = bytes.indexOf('\n\n') + 2
  return [bytes.subarray(0, end).toString('latin1'), bytes.subarray(end)]
}
