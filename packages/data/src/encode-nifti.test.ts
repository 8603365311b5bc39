import { describe, expect, it } from 'vitest'
import { encodeNifti } from './encode-nifti'
import type { Triple, Volume } from './volume'

const label: Volume = { data: Uint8Array.of(0, 1, 1, 0, 1, 0), size: [3, 2, 1], spacing: [1, 1, 1], spacingUnit: 'voxel' }

describe('encodeNifti', () => {
  it('writes the header that the format asks for', () => {
    const bytes = encodeNifti(label)
    const header = new DataView(bytes.buffer)
    expect(bytes.length).toBe(352 + 6)
    expect(header.getInt32(0, true)).toBe(348)
    expect(Array.from({ length: 8 }, (_, i) => header.getInt16(40 + 2 * i, true))).toEqual([3, 3, 2, 1, 1, 1, 1, 1])
    expect([header.getInt16(70, true), header.getInt16(72, true)]).toEqual([2, 8])
    expect(header.getFloat32(108, true)).toBe(352)
    expect(String.fromCharCode(...bytes.slice(344, 347))).toBe('n+1')
    expect(Array.from(bytes.slice(352))).toEqual([0, 1, 1, 0, 1, 0])
  })

  it('says that no spacing is known', () => {
    const bytes = encodeNifti(label)
    expect(bytes[123]).toBe(0)
    expect(String.fromCharCode(...bytes.slice(148, 199))).toContain('source carries no spacing: 1 is one voxel')
    expect(encodeNifti({ ...label, spacingUnit: 'mm' })[123]).toBe(2)
  })

  it('turns positions from LPS to RAS, alike in both forms', () => {
    const direction = [0, 0, 1, 1, 0, 0, 0, 1, 0]
    const volume = {
      data: Float32Array.of(1, 2),
      size: [1, 1, 2] as Triple,
      spacing: [0.5, 2, 3] as Triple,
      origin: [10, -20, 30] as Triple,
      direction,
    }
    const header = new DataView(encodeNifti(volume).buffer)
    const rows = Array.from({ length: 3 }, (_, i) =>
      Array.from({ length: 4 }, (_, j) => header.getFloat32(280 + 16 * i + 4 * j, true)),
    )
    expect(rows).toEqual([
      [0, 0, -3, -10],
      [-0.5, 0, 0, 20],
      [0, 2, 0, 30],
    ])
    expect(rowsOfQuaternion(header)).toEqual(rows)
    expect([header.getInt16(70, true), header.getInt16(72, true)]).toEqual([16, 32])
  })

  it.each([
    [[1, 0, 0, 0, 1, 0, 0, 0, 1]],
    [[-1, 0, 0, 0, 1, 0, 0, 0, 1]],
    [[0, 1, 0, -1, 0, 0, 0, 0, 1]],
    [[0, 0, 1, 0, 1, 0, -1, 0, 0]],
    [[-1, 0, 0, 0, -1, 0, 0, 0, 1]],
  ])('writes the same rotation as rows and as quaternion: %j', (direction) => {
    const header = new DataView(encodeNifti({ ...label, direction }).buffer)
    const rows = Array.from({ length: 3 }, (_, i) =>
      Array.from({ length: 4 }, (_, j) => header.getFloat32(280 + 16 * i + 4 * j, true)),
    )
    rowsOfQuaternion(header)
      .flat()
      .forEach((entry, i) => {
        expect(entry).toBeCloseTo(rows.flat()[i]!, 6)
      })
  })

  it('refuses data that does not fill the size', () => {
    expect(() => encodeNifti({ ...label, size: [3, 2, 2] })).toThrow('encodeNifti: 6 voxels do not fill size [3,2,2]')
  })
})

/** «Method 2» of the NIfTI-1 description. */
function rowsOfQuaternion(header: DataView): number[][] {
  const [b, c, d] = [0, 1, 2].map((i) => header.getFloat32(256 + 4 * i, true)) as Triple
  const rest = 1 - b * b - c * c - d * d
  // Half turns: what float32 leaves of a is rounding.
  const a = rest < 1e-7 ? 0 : Math.sqrt(rest)
  const handedness = header.getFloat32(76, true)
  const step = [0, 1, 2].map((i) => header.getFloat32(80 + 4 * i, true) * (i === 2 ? handedness : 1))
  const offset = [0, 1, 2].map((i) => header.getFloat32(268 + 4 * i, true))
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
  ]
  return rotation.map((row, i) => [...row.map((entry, j) => entry * step[j]! || 0), offset[i]!])
}
