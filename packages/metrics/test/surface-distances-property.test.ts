import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Mask, surfaceDistancesNode } from '../src/index-node.js'
import { bruteForceDistances, mean, percentile } from './brute-force.js'

const axis = fc.integer({ min: 1, max: 7 })
const sizes = fc.oneof(fc.tuple(axis, axis, axis), fc.tuple(axis, axis))
const edge = fc.constantFrom(0.3, 0.625, 1, 1.25, 2.5, 7)

/** Two masks of one size, neither empty, from dense to nearly empty. */
const pairs = sizes.chain((size) => {
  const voxels = (size as number[]).reduce((product, n) => product * n, 1)
  const mask = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: voxels, maxLength: voxels }))
    .map(([level, draws]): Mask => ({ data: Uint8Array.from(draws, (draw) => (draw < level ? 1 : 0)), size }))
    .filter(({ data }) => data.includes(1))
  return fc.record({ prediction: mask, reference: mask, spacing: fc.tuple(edge, edge, edge).map((s) => s.slice(0, size.length)) })
})

describe('surfaceDistancesNode against brute force', () => {
  it('finds every distance', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ({ prediction, reference, spacing }) => {
        const result = await surfaceDistancesNode(prediction, reference, { spacing, distances: true })
        const toReference = bruteForceDistances(prediction, reference, spacing)
        const toPrediction = bruteForceDistances(reference, prediction, spacing)
        const pooled = [...toReference, ...toPrediction]
        // Both sides compute in double precision and differ in the order of operations only.
        const close = (got: number, wanted: number) =>
          expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, wanted))
        expect(result.toReference.distances).toHaveLength(toReference.length)
        expect(result.toPrediction.distances).toHaveLength(toPrediction.length)
        for (const [k, wanted] of toReference.entries()) close(result.toReference.distances![k]!, wanted)
        for (const [k, wanted] of toPrediction.entries()) close(result.toPrediction.distances![k]!, wanted)
        close(result.hd, Math.max(...pooled))
        close(result.hd95, percentile(pooled, 95))
        close(result.asd, mean(toReference))
        close(result.asdReverse, mean(toPrediction))
        close(result.assd, mean(pooled))
        close(result.toReference.percentile95, percentile(toReference, 95))
        close(result.toPrediction.percentile95, percentile(toPrediction, 95))
      }),
      { numRuns: 300, seed: 20261 },
    )
  })

  it('is symmetric where it should be', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async ({ prediction, reference, spacing }) => {
        const there = await surfaceDistancesNode(prediction, reference, { spacing })
        const back = await surfaceDistancesNode(reference, prediction, { spacing })
        expect(back.hd).toBe(there.hd)
        expect(back.hd95).toBe(there.hd95)
        expect(back.asd).toBe(there.asdReverse)
        expect(back.toReference).toEqual(there.toPrediction)
      }),
      { numRuns: 60, seed: 20262 },
    )
  })
})
