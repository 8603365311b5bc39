import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { smallCase } from '../../test/small-case'
import { temporaryFolder } from '../../test/temporary-folder'
import { encodeNifti } from '../encode-nifti'
import { writeNifti } from './write-nifti'

describe('writeNifti', () => {
  it('compresses .gz, in the same bytes each time, and leaves nothing else behind', async () => {
    const folder = join(await temporaryFolder(), 'predictions')
    const { label } = smallCase('A', [3, 4, 5])
    await writeNifti(join(folder, 'A.nii.gz'), label)
    await writeNifti(join(folder, 'B.nii.gz'), label)
    const bytes = await readFile(join(folder, 'A.nii.gz'))
    expect(new Uint8Array(gunzipSync(bytes))).toEqual(encodeNifti(label))
    expect(await readFile(join(folder, 'B.nii.gz'))).toEqual(bytes)
    expect((await readdir(folder)).sort()).toEqual(['A.nii.gz', 'B.nii.gz'])
  })

  it('writes .nii as it is', async () => {
    const folder = await temporaryFolder()
    const { image } = smallCase('A', [3, 4, 5])
    await writeNifti(join(folder, 'A.nii'), image)
    expect(new Uint8Array(await readFile(join(folder, 'A.nii')))).toEqual(encodeNifti(image))
  })
})
