import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readImage, writeImage } from '../src/node'
import { smallCase } from './small-case'
import { temporaryFolder } from './temporary-folder'

const RUN = 'DualSeg dualnet fold0-seed1-1a2b3c4d'

describe('a description', () => {
  it.each([
    ['nii', (bytes: Buffer) => bytes.toString('latin1', 148, 148 + RUN.length + 1), `${RUN}\0`],
    ['nii.gz', (bytes: Buffer) => gunzipSync(bytes).toString('latin1', 148, 148 + RUN.length + 1), `${RUN}\0`],
    ['nrrd', (bytes: Buffer) => /^content: (.*)$/m.exec(bytes.toString('latin1'))?.[1], RUN],
    ['mha', (bytes: Buffer) => /^Comment = (.*)$/m.exec(bytes.toString('latin1'))?.[1], RUN],
  ] as const)('stands in the header of %s, and changes no voxel', async (ending, descriptionIn, expected) => {
    const path = join(await temporaryFolder(), `a.${ending}`)
    const { label } = smallCase('A', [3, 4, 5])
    await writeImage(path, label, { description: RUN })
    expect(descriptionIn(await readFile(path))).toBe(expected)
    expect((await readImage(path)).data).toEqual(label.data)
  })

  it('is cut to what NIfTI keeps, on one line of plain characters', async () => {
    const path = join(await temporaryFolder(), 'a.nii')
    await writeImage(path, smallCase('A', [3, 4, 5]).label, { description: `ä\n${'x'.repeat(100)}` })
    expect((await readFile(path)).toString('latin1', 148, 228)).toBe(`??${'x'.repeat(77)}\0`)
  })
})
