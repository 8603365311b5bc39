import { expect, it } from 'vitest'
import { outputNames } from './output-names'

it('names results after files, and after folders where files are called alike', () => {
  expect(outputNames(['a/scan.nii.gz', 'series/', 'b/heart.MHA'])).toEqual(['scan', 'series', 'heart'])
  expect(outputNames(['A/image.nii', 'B/image.nii', 'c.h5'])).toEqual(['A', 'B', 'c'])
  expect(outputNames(['la/CASE1/mri_norm2.h5'])).toEqual(['CASE1'])
  expect(() => outputNames(['x/scan.nii', 'x/y/../scan.nii'])).toThrow(/x.scan\.nii is given twice; give it once$/)
  expect(() => outputNames(['x/A/image.nii', 'y/A/image.nii'])).toThrow('would both be written as A')
})
