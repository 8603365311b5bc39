import { describe, expect, it } from 'vitest'
import { evaluateMask, largestComponent, type Mask, overlap, surfaceDistancesNode } from '../src/index-node.js'
import { box } from './masks.js'

const size = [6, 5, 4]
const good = box(size, [1, 1, 1], [4, 4, 3])

function withValue(
  value: number,
  Kind: Float32ArrayConstructor | Uint8ArrayConstructor | Int8ArrayConstructor = Float32Array,
): Mask {
  const data = Kind.from(good.data)
  data[7] = value
  return { ...good, data }
}

const refused: [string, Mask, string, RegExp][] = [
  [
    'a size that does not match',
    { ...good, size: [6, 5, 5] },
    'DUALSEG_SHAPE',
    /prediction: data holds 120 voxels, but size \[6,5,5\] makes 150/,
  ],
  ['one axis', { ...good, size: [120] }, 'DUALSEG_SHAPE', /size \[120\] has 1 axes; 2 or 3 were expected/],
  ['four axes', { ...good, size: [6, 5, 4, 1] }, 'DUALSEG_SHAPE', /has 4 axes/],
  ['an axis of length 0', { data: new Uint8Array(0), size: [0, 5, 4] }, 'DUALSEG_SHAPE', /must be whole numbers above 0/],
  ['a fraction of a voxel', { ...good, size: [2.5, 12, 4] }, 'DUALSEG_SHAPE', /must be whole numbers/],
  ['a plain array', { data: [...good.data] as never, size }, 'DUALSEG_VALUE', /data is no typed array/],
  [
    'another size than the reference',
    { data: good.data, size: [5, 6, 4] },
    'DUALSEG_SHAPE',
    /\[5,6,4\] and reference \[6,5,4\] differ in size/,
  ],
  [
    'a second label',
    withValue(2, Uint8Array),
    'DUALSEG_VALUE',
    /prediction: value 2 at index 7, only 0 and 1 were expected; compare one label/,
  ],
  ['255 for foreground', withValue(255, Uint8Array), 'DUALSEG_VALUE', /value 255 at index 7/],
  ['a negative value', withValue(-1, Int8Array), 'DUALSEG_VALUE', /value -1 at index 7/],
  ['a probability', withValue(0.5), 'DUALSEG_VALUE', /value 0.5 at index 7/],
  ['NaN', withValue(Number.NaN), 'DUALSEG_VALUE', /value NaN at index 7, only 0 and 1 were expected; clean it first/],
  ['infinity', withValue(Number.POSITIVE_INFINITY), 'DUALSEG_VALUE', /value Infinity at index 7/],
]

describe('wrong masks', () => {
  it.each(refused)('refuses %s', async (_, mask, code, words) => {
    await expect(surfaceDistancesNode(mask, good)).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
    await expect(evaluateMask(mask, good, { empty: 'zero' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    })
    expect(() => overlap(mask, good)).toThrow(words)
  })

  it('names the reference when it is the one', async () => {
    await expect(surfaceDistancesNode(good, withValue(3, Uint8Array))).rejects.toThrow(
      /surfaceDistances: reference: value 3 at index 7/,
    )
  })

  it('refuses an axis longer than the pipeline counts', async () => {
    const line = (length: number) => ({ data: new Uint8Array(length).fill(1), size: [length, 1] })
    await expect(surfaceDistancesNode(line(65_534), line(65_534))).rejects.toMatchObject({
      code: 'DUALSEG_PIPELINE',
      message: expect.stringMatching(/an axis has 65534 voxels or more/),
    })
    expect(await surfaceDistancesNode(line(65_533), line(65_533), { definition: 'deepmind' })).toMatchObject({ hd: 0 })
  })

  it('refuses a component of something that is no mask', () => {
    expect(() => largestComponent(withValue(2, Uint8Array))).toThrow(/largestComponent: value 2 at index 7/)
  })

  it('finds a wrong value in the last bytes, after the last whole word', () => {
    const data = new Uint8Array(7)
    data[6] = 4
    expect(() => overlap({ data, size: [7, 1] }, { data: new Uint8Array(7), size: [7, 1] })).toThrow(/value 4 at index 6/)
  })
})

describe('wrong spacing', () => {
  it.each([
    [[1, 1], 'DUALSEG_SHAPE', /\[1,1\] has 2 values, the masks have 3 axes/],
    [[1, 0, 1], 'DUALSEG_VALUE', /\[1,0,1\] must be finite and above 0/],
    [[1, -1, 1], 'DUALSEG_VALUE', /must be finite and above 0/],
    [[1, Number.NaN, 1], 'DUALSEG_VALUE', /\[1,NaN,1\] must be finite/],
    [[1, Number.POSITIVE_INFINITY, 1], 'DUALSEG_VALUE', /must be finite/],
  ])('refuses %j', async (spacing, code, words) => {
    await expect(surfaceDistancesNode(good, good, { spacing })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    })
    await expect(surfaceDistancesNode({ ...good, spacing }, { ...good, spacing })).rejects.toThrow(words)
  })

  it('refuses masks of different spacing, unless told which to use', async () => {
    const [a, b] = [
      { ...good, spacing: [1, 1, 1] },
      { ...good, spacing: [1, 1, 2.5] },
    ]
    await expect(surfaceDistancesNode(a, b)).rejects.toThrow(/spacings differ: prediction \[1,1,1\], reference \[1,1,2.5\]/)
    await expect(surfaceDistancesNode(a, good)).rejects.toThrow(
      /only the prediction has a spacing \(\[1,1,1\]\); give it to both/,
    )
    await expect(surfaceDistancesNode(good, b)).rejects.toThrow(/only the reference has a spacing/)
    expect((await surfaceDistancesNode(a, b, { spacing: 'voxel' })).hd).toBe(0)
  })

  it('takes spacings that differ by rounding only', async () => {
    const spacing = [0.625, 0.625, 1.25]
    const written = spacing.map(Math.fround).map((s) => s * (1 + 1e-8))
    expect((await surfaceDistancesNode({ ...good, spacing: written }, { ...good, spacing })).spacing).toEqual(spacing)
  })
})

describe('wrong geometry', () => {
  it('refuses masks that lie in different places', async () => {
    const moved = { ...good, origin: [0, 0, 10] }
    await expect(surfaceDistancesNode(moved, { ...good, origin: [0, 0, 0] })).rejects.toThrow(
      /origins differ: prediction \[0,0,10\]/,
    )
    expect((await surfaceDistancesNode(moved, good)).hd).toBe(0)
  })

  it('refuses masks that are turned', async () => {
    const direction = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
    const turned = Float64Array.of(-1, 0, 0, 0, -1, 0, 0, 0, 1)
    await expect(surfaceDistancesNode({ ...good, direction: turned }, { ...good, direction })).rejects.toThrow(
      /directions differ/,
    )
  })
})
