import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { laPhantom, phantomIds, phantomIndex } from './la-phantom'
import { bentTube, boundsOf, raiseDepth, type Shape } from './phantom/shape'
import { fillNoise, SmoothNoise } from './phantom/smooth-noise'
import { sha256Hex } from './sha256'
import { voxelCount } from './volume'

describe('laPhantom', () => {
  const first = laPhantom(0, 1)

  it('is the same on every machine', async () => {
    const bytes = (data: Float32Array | Uint8Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    expect(await sha256Hex(bytes(first.image.data))).toMatchInlineSnapshot(
      `"a167a9a9c13d33835878ae492807b069f38d639272852641ef2df46c78a2d945"`,
    )
    expect(await sha256Hex(bytes(first.label.data))).toMatchInlineSnapshot(
      `"7b3768df91256c123b61beeab83e560bec9c5823cec10673bf5cf7f95cac0699"`,
    )
  })

  it('differs by index and by seed', () => {
    expect(laPhantom(1, 1).image.size).not.toEqual(first.image.size)
    expect(laPhantom(0, 2).image.size).not.toEqual(first.image.size)
  })

  it('has sizes, foreground and intensities like LA', () => {
    for (const phantom of [first, laPhantom(1, 1), laPhantom(57, 1)]) {
      const [nx, ny, nz] = phantom.image.size
      expect(nx).toBeGreaterThanOrEqual(148)
      expect(nx).toBeLessThanOrEqual(244)
      expect(ny).toBeGreaterThanOrEqual(132)
      expect(ny).toBeLessThanOrEqual(160)
      expect(nz).toBe(88)
      const voxels = voxelCount(phantom.image.size)
      let foreground = 0
      let sum = 0
      let squares = 0
      for (let i = 0; i < voxels; i++) {
        foreground += phantom.label.data[i]!
        sum += phantom.image.data[i]!
        squares += phantom.image.data[i]! ** 2
      }
      expect(foreground / voxels).toBeGreaterThan(0.036)
      expect(foreground / voxels).toBeLessThan(0.19)
      expect(Math.abs(sum / voxels)).toBeLessThan(1e-4)
      expect(squares / voxels).toBeCloseTo(1, 4)
    }
  })

  it('keeps the label away from the border, as the crop of LA does', () => {
    const [nx, ny, nz] = first.label.size
    const onBorder = first.label.data.filter((value, i) => {
      const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / nx / ny)]
      return value === 1 && (x === 0 || x === nx - 1 || y === 0 || y === ny - 1 || z === 0 || z === nz - 1)
    })
    expect(onBorder).toHaveLength(0)
  })

  it('can lie in shared memory', () => {
    expect(laPhantom(2, 1, { shared: true }).image.data.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

describe('phantom ids', () => {
  it('run from PHANTOM000 to PHANTOM099', () => {
    expect(phantomIds()).toHaveLength(100)
    expect(phantomIds().at(-1)).toBe('PHANTOM099')
    expect(phantomIndex('PHANTOM042')).toBe(42)
    expect(() => phantomIndex('06SR5RBREL16DQ6M8LWS')).toThrow(
      '«06SR5RBREL16DQ6M8LWS» is no phantom; phantoms are PHANTOM000 to PHANTOM99',
    )
  })
})

describe('shapes', () => {
  const row = (points: [number, number, number][]) => ({
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    z: Float64Array.from(points, ([, , z]) => z),
  })
  const depthsOf = (shape: Shape, points: [number, number, number][]) => {
    const depth = new Float64Array(points.length).fill(-1e9)
    raiseDepth(depth, shape, row(points), 0, points.length)
    return Array.from(depth)
  }

  it('a sphere knows the distance to its surface', () => {
    const sphere: Shape = { kind: 'ellipsoid', centre: [1, 2, 3], radii: [5, 5, 5], turn: [0.6, 0.8] }
    const [centre, inside, outside] = depthsOf(sphere, [
      [1, 2, 3],
      [1, 5, 3],
      [1, 2, 10],
    ])
    expect(centre).toBe(5)
    expect(inside).toBeCloseTo(2, 12)
    expect(outside).toBeCloseTo(-2, 12)
  })

  it('a tube tapers and has round ends', () => {
    const tube: Shape = { kind: 'tube', from: [0, 0, 0], to: [10, 0, 0], radii: [4, 2] }
    expect(
      depthsOf(tube, [
        [0, 0, 0],
        [5, 1, 0],
        [13, 0, 0],
      ]),
    ).toEqual([4, 2, -1])
    expect(boundsOf(tube)).toEqual({ low: [-4, -4, -4], high: [14, 4, 4] })
  })

  it('a bent tube is a chain from start to end', () => {
    const pieces = bentTube([0, 0, 0], [4, 0, 0], [4, 4, 0], [2, 1], 4)
    expect(pieces).toHaveLength(4)
    expect(pieces[0]!.from).toEqual([0, 0, 0])
    expect(pieces[3]!.to).toEqual([4, 4, 0])
    expect(pieces[2]!.from).toEqual(pieces[1]!.to)
    expect(pieces[3]!.radii[1]).toBe(1)
  })
})

describe('noise', () => {
  it('has mean 0 and deviation 1', () => {
    const values = fillNoise(new Float32Array(20000), random(3, 'noise', 0, 0))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03)
  })

  it('reads the same field whatever row comes first', () => {
    const field = () => new SmoothNoise([20, 10, 10], 4, random(3, 'noise', 0, 0), true)
    const one = field()
    one.addRow(new Float64Array(20), 9, 9, 1)
    const here = new Float64Array(20)
    const there = new Float64Array(20)
    one.addRow(here, 2, 3, 1)
    field().addRow(there, 2, 3, 1)
    expect(here).toEqual(there)
  })
})
