import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/temporary-folder'
import { ImageReader } from './image-reader'
import { writeImage } from './write-image'

it('reads on a thread what readImage reads, and says what it says of a wrong file', async () => {
  const folder = await temporaryFolder()
  const data = Int16Array.from({ length: 24 }, (_, i) => i)
  await writeImage(join(folder, 'a.nii.gz'), { data, size: [2, 3, 4], spacing: [1, 2, 3] })
  const reader = new ImageReader()
  const [image, missing] = await Promise.allSettled([reader.read(join(folder, 'a.nii.gz')), reader.read(join(folder, 'b.nii'))])
  expect(image).toMatchObject({ status: 'fulfilled', value: { data, size: [2, 3, 4], spacing: [1, 2, 3], format: 'nifti' } })
  expect(missing).toMatchObject({
    status: 'rejected',
    reason: { code: 'DUALSEG_DATA', message: expect.stringContaining('b.nii is not there; ') },
  })
  // One that takes longer to read than a thread to end.
  await writeImage(join(folder, 'large.nii.gz'), { data: new Uint8Array(2 ** 26), size: [512, 512, 256], spacing: [1, 1, 1] })
  const late = reader.read(join(folder, 'large.nii.gz'))
  await reader.close()
  await expect(late).rejects.toThrow('large.nii.gz: the reading thread ended early')
})
