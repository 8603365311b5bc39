import { expect, it } from 'vitest'
import { intensity } from './described-channels'
import { describe } from './description'

it('fills what lies beyond a scan with its lowest value, unless a description says otherwise', () => {
  expect(intensity.parse({ scale: 'standard', window: [-200, 300] })).toEqual({
    kind: 'standardise',
    window: [-200, 300],
    outside: 'minimum',
  })
  expect(intensity.parse({ outside: -1024 })).toEqual({ kind: 'none', outside: -1024 })
})

it('leaves the data sets of the papers as they were: zeros beyond their volumes, in no rule of theirs', async () => {
  for (const name of ['la', 'pancreas']) expect((await describe(name)).channels[0]!.intensity.kind).toBe('none')
  expect((await describe('pancreas')).channels).toEqual([{ name: '', image: '{case}/image.nii.gz', intensity: { kind: 'none' } }])
})
