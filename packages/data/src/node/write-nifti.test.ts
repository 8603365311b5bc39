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

  it('lets one of several writers have a name that nobody is to replace', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'A.nii.gz')
    const { label } = smallCase('A', [3, 4, 5])
    const writing = await Promise.allSettled([1, 2, 3, 4].map(() => writeNifti(path, label, { replace: false })))
    const refused = writing.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toHaveLength(3)
    for (const error of refused)
      expect(error).toMatchObject({ code: 'DUALSEG_DISK', message: expect.stringContaining('is there already') })
    expect(await readdir(folder)).toEqual(['A.nii.gz'])
  })
})
