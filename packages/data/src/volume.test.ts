import { describe, expect, it } from 'vitest'
import { checkVolume } from './volume'

describe('checkVolume', () => {
  it('takes a size that fills the data', () => {
    expect(() => checkVolume({ data: new Uint8Array(24), size: [2, 3, 4], spacing: [1, 1, 1] }, 'here')).not.toThrow()
  })

  it('refuses another, with both numbers', () => {
    expect(() => checkVolume({ data: new Uint8Array(23), size: [2, 3, 4], spacing: [1, 1, 1] }, 'here')).toThrow(
      'here: 23 voxels do not fill size [2,3,4], which takes 24; give size as [nx, ny, nz] of this data',
    )
    expect(() => checkVolume({ data: new Uint8Array(0), size: [2, 0, 4], spacing: [1, 1, 1] }, 'here')).toThrow(
      'here: size [2,0,4] is not three positive',
    )
  })
})
