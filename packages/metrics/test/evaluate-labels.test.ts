import { describe, expect, it } from 'vitest'
import { evaluateLabels, evaluateMask, type LabelMap, type Mask } from '../src/index-node.js'
import { maskOf } from './masks.js'

const size = [14, 13, 12]
const spacing = [0.5, 1, 2.5]

/** Three nested shapes: 1 around 2, 3 beside them. */
function organs(shift: number, values: readonly number[] = [0, 1, 2, 3]): LabelMap {
  const inside = (at: number[], centre: number[], radius: number) => Math.hypot(...centre.map((c, k) => at[k]! - c)) <= radius
  const data = Int32Array.from({ length: 14 * 13 * 12 }, (_, i) => {
    const at = [i % 14, Math.floor(i / 14) % 13, Math.floor(i / (14 * 13))]
    if (inside(at, [5 + shift, 6, 5], 2.2)) return values[2]!
    if (inside(at, [5, 6 + shift, 5], 4.1)) return values[1]!
    return inside(at, [11, 4, 9 - shift], 2.6) ? values[3]! : values[0]!
  })
  return { data, size, spacing }
}

const asBytes = (map: LabelMap): LabelMap => ({ ...map, data: Uint8Array.from(map.data) })
const only = (map: LabelMap, label: number): Mask => ({ ...map, data: Uint8Array.from(map.data, (v) => (v === label ? 1 : 0)) })

describe('evaluateLabels', () => {
  it.each(['medpy', 'monai', 'deepmind'] as const)('gives each label what its mask alone would get (%s)', async (definition) => {
    const [prediction, reference] = [organs(1), organs(0)]
    const options = { empty: 'zero', definition, tolerance: 1 } as const
    const result = await evaluateLabels(asBytes(prediction), asBytes(reference), options)
    expect(result).toMatchObject({ definition, empty: 'zero', spacing, tolerance: 1 })
    expect(result.labels.map(({ label }) => label)).toEqual([1, 2, 3])
    for (const { label, ...scores } of result.labels) {
      expect(scores).toEqual(await evaluateMask(only(prediction, label), only(reference, label), options))
      expect(scores.dice).toBeLessThan(1)
    }
  })

  it('takes labels beyond a byte, in any kind of array', async () => {
    const expected = await evaluateLabels(organs(1), organs(0), { empty: 'zero' })
    const named = [0, 70_000, 300, 12]
    const result = await evaluateLabels(organs(1, named), organs(0, named), { empty: 'zero' })
    expect(result.labels.map(({ label }) => label)).toEqual([12, 300, 70_000])
    const original = new Map([
      [12, 3],
      [300, 2],
      [70_000, 1],
    ])
    for (const scores of result.labels) {
      expect(expected.labels).toContainEqual({ ...scores, label: original.get(scores.label) })
    }
    const float = { ...organs(1), data: Float32Array.from(organs(1).data) }
    expect(await evaluateLabels(float, asBytes(organs(0)), { empty: 'zero' })).toEqual(expected)
  })

  it('evaluates the labels that are asked for, and scores one that neither map holds as empty', async () => {
    const all = await evaluateLabels(organs(1), organs(0), { empty: 'exclude' })
    for (const convert of [asBytes, (map: LabelMap) => map]) {
      const some = await evaluateLabels(convert(organs(1)), convert(organs(0)), { empty: 'exclude', labels: [3, 9, 2] })
      expect(some.labels.map(({ label }) => label)).toEqual([2, 3, 9])
      expect(some.labels.slice(0, 2)).toEqual(all.labels.slice(1))
      expect(some.labels[2]).toMatchObject({ dice: 1, hd95: Number.NaN, excluded: true, counts: { prediction: 0, reference: 0 } })
    }
    const far = await evaluateLabels(asBytes(organs(1)), asBytes(organs(0)), { empty: 'nan', labels: [2, 1000] })
    expect(far.labels.map(({ label, emptyReference }) => [label, emptyReference])).toEqual([
      [2, false],
      [1000, true],
    ])
  })

  it('scores a label that one map lacks by the policy', async () => {
    const without = { ...organs(1), data: organs(1).data.map((v) => (v === 2 ? 0 : v)) } as LabelMap
    const result = await evaluateLabels(without, organs(0), { empty: 'zero', tolerance: 2 })
    expect(result.labels[1]).toMatchObject({ label: 2, dice: 0, hd95: 0, nsd: 0, emptyPrediction: true, emptyReference: false })
    await expect(evaluateLabels(organs(1), without, { empty: 'zero' })).rejects.toThrow(/label 2: the reference is empty/)
  })

  it('has nothing to say of two maps of background', async () => {
    const nothing = maskOf(size, () => false)
    expect((await evaluateLabels(nothing, nothing, { empty: 'zero' })).labels).toEqual([])
  })

  it('leaves the maps as they were', async () => {
    const [prediction, reference] = [asBytes(organs(1)), asBytes(organs(0))]
    await evaluateLabels(prediction, reference, { empty: 'zero' })
    expect(prediction).toEqual(asBytes(organs(1)))
    expect(reference).toEqual(asBytes(organs(0)))
  })

  const withValue = (value: number, Kind: Float32ArrayConstructor | Int16ArrayConstructor = Float32Array): LabelMap => {
    const data = Kind.from(organs(0).data)
    data[7] = value
    return { ...organs(0), data }
  }
  it.each([
    ['a fraction', withValue(1.5), {}, /prediction: value 1.5 at index 7; labels are whole numbers from 0/],
    ['NaN', withValue(Number.NaN), {}, /value NaN at index 7/],
    ['a negative label', withValue(-1, Int16Array), {}, /value -1 at index 7/],
    ['another size', { ...organs(0), size: [13, 14, 12] }, {}, /differ in size/],
    ['another spacing', { ...organs(0), spacing: [1, 1, 1] }, {}, /spacings differ/],
    ['64-bit integers', { data: new BigInt64Array(8) as never, size: [2, 2, 2] }, {}, /64-bit integers; convert them/],
    [
      'too many labels',
      { ...organs(0), data: Float32Array.from({ length: 2184 }, (_, i) => i) },
      {},
      /more than 255 different labels/,
    ],
    ['background as a label', organs(0), { labels: [0, 1] }, /0 is no whole number above 0/],
    ['no label', organs(0), { labels: [] }, /asks for nothing/],
  ] as const)('refuses %s', async (_, prediction, options, words) => {
    await expect(evaluateLabels(prediction, organs(0), { empty: 'zero', ...options })).rejects.toThrow(words)
  })
})
