import { describe, expect, it } from 'vitest'
import { smallCase } from '../test/small-case'
import { type BatchPlan, makeBatch } from './make-batch'
import type { TrainingCase } from './volume'

const labelled = ['L0', 'L1', 'L2']
const unlabelled = ['U0', 'U1', 'U2', 'U3']
const plan: BatchPlan = {
  seed: 5,
  patch: [4, 4, 3],
  labelled,
  unlabelled,
  labelledPerBatch: 2,
  unlabelledPerBatch: 1,
  rotFlip: true,
}

function cases(): Map<string, TrainingCase> {
  return new Map<string, TrainingCase>([
    ...labelled.map((id, index) => [id, smallCase(id, [9, 8, 7], index)] as const),
    ...unlabelled.map((id, index) => [id, { id, image: smallCase(id, [7, 4, 9], index).image }] as const),
  ])
}

describe('makeBatch', () => {
  it('puts labelled samples first and gives labels to them alone', () => {
    const batch = makeBatch(cases(), plan, 0)
    expect(batch.ids.map((id) => id[0])).toEqual(['L', 'L', 'U'])
    expect(batch.imageShape).toEqual([3, 4, 4, 3, 1])
    expect(batch.image).toHaveLength(3 * 48)
    expect(batch.labelShape).toEqual([2, 4, 4, 3])
    expect(batch.label).toHaveLength(2 * 48)
  })

  it('cuts image and label at the same place', () => {
    for (let iteration = 0; iteration < 20; iteration++) {
      const { ids, image, label } = makeBatch(cases(), plan, iteration)
      for (let at = 0; at < 96; at++) {
        const tag = labelled.indexOf(ids[at < 48 ? 0 : 1]!)
        const value = image[at]! - tag
        const [x, y, z] = [value % 100, Math.floor(value / 100) % 100, Math.floor(value / 10000)]
        expect(label[at]).toBe((x + y + z + tag) % 2)
      }
    }
  })

  it('gives the same bits for the same seed and iteration, others for another', () => {
    const batch = makeBatch(cases(), plan, 7)
    expect(makeBatch(cases(), plan, 7)).toEqual(batch)
    expect(makeBatch(cases(), plan, 8).image).not.toEqual(batch.image)
    expect(makeBatch(cases(), { ...plan, seed: 6 }, 7).image).not.toEqual(batch.image)
  })

  it('draws the same crops whether rotation is on or off', () => {
    // z is neither turned nor flipped, so its window must not move.
    const firstZ = (rotFlip: boolean) => Math.floor(makeBatch(cases(), { ...plan, rotFlip }, 3).image[0]! / 10000)
    expect(firstZ(true)).toBe(firstZ(false))
  })

  describe.each(['flips', 'strong'] as const)('with %s', (kind) => {
    const augmented: BatchPlan = { ...plan, rotFlip: false, augment: { kind, mirrorAxes: [0, 1, 2] } }

    it('gives the same bits for the same seed and iteration, others for another', () => {
      const batch = makeBatch(cases(), augmented, 7)
      expect(makeBatch(cases(), augmented, 7)).toEqual(batch)
      expect(makeBatch(cases(), { ...augmented, seed: 6 }, 7).image).not.toEqual(batch.image)
    })

    it('cuts where it would have cut, and changes labelled and unlabelled samples', () => {
      const changed = new Set<number>()
      for (let iteration = 0; iteration < 30; iteration++) {
        const plain = makeBatch(cases(), { ...plan, rotFlip: false }, iteration)
        const batch = makeBatch(cases(), augmented, iteration)
        expect(batch.ids).toEqual(plain.ids)
        for (const sample of [0, 1, 2]) {
          const [is, was] = [batch, plain].map(({ image }) => image.slice(sample * 48, (sample + 1) * 48))
          if (String(is) !== String(was)) changed.add(sample)
          if (kind === 'flips') expect(is!.sort()).toEqual(was!.sort())
        }
        expect(batch.label.every((value) => value <= 1)).toBe(true)
      }
      expect(changed).toEqual(new Set([0, 1, 2]))
    })
  })

  it('stays the same when unlabelled cases carry labels of noise', () => {
    const noisy = cases()
    for (const id of unlabelled) {
      const { image } = noisy.get(id)!
      noisy.set(id, { id, image, label: { ...image, data: Uint8Array.from(image.data, (_, i) => (i * 7919) % 2) } })
    }
    for (let iteration = 0; iteration < 6; iteration++)
      expect(makeBatch(noisy, plan, iteration)).toEqual(makeBatch(cases(), plan, iteration))
  })

  it('says which case is absent or has no label', () => {
    const without = cases()
    for (const id of labelled) without.set(id, { id, image: without.get(id)!.image })
    expect(() => makeBatch(without, plan, 0)).toThrow(
      /makeBatch: case L\d is planned as labelled, but was loaded without its label/,
    )
    for (const id of labelled) without.delete(id)
    expect(() => makeBatch(without, plan, 0)).toThrow(/makeBatch: case L\d is not loaded; load every case of the plan first/)
    const shifted = cases()
    for (const id of labelled) shifted.set(id, { id, image: shifted.get(id)!.image, label: smallCase(id, [9, 8, 6]).label })
    expect(() => makeBatch(shifted, plan, 0)).toThrow(/case L\d: label \[9,8,6\] does not lie on the image's grid \[9,8,7\]/)
  })
})
