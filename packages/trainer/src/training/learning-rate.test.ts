import { describe, expect, it } from 'vitest'
import type { LearningRate } from '../methods/definition/learning-rate-schedule'
import { learningRate } from './learning-rate'

describe('learningRate', () => {
  const step = { kind: 'step', rate: 0.01, factor: 0.1, every: 2500 } as const

  it.each([
    [0, 0.01, 0.01],
    [2499, 0.01, 0.01],
    [2500, 0.001, 0.01],
    [2501, 0.001, 0.001],
    [5000, 0.0001, 0.001],
    [5001, 0.0001, 0.0001],
  ])('falls in step %i, or one step later in scripts that set it afterwards', (iteration, before, after) => {
    expect(learningRate(step, iteration, 6000)).toBeCloseTo(before, 12)
    expect(learningRate({ ...step, lag: 1 }, iteration, 6000)).toBeCloseTo(after, 12)
  })

  it('rises linearly in the warm-up and falls as a power of what is left', () => {
    const poly: LearningRate = { kind: 'poly', rate: 0.1, power: 0.9, warmUp: 10 }
    expect(learningRate(poly, 0, 300)).toBeCloseTo(0.01, 12)
    expect(learningRate(poly, 9, 300)).toBeCloseTo(0.1 * (1 - 9 / 300) ** 0.9, 12)
    expect(learningRate(poly, 150, 300)).toBeCloseTo(0.1 * 0.5 ** 0.9, 12)
    expect(learningRate(poly, 299, 300)).toBeGreaterThan(0)
  })

  it('is the same in every step when constant', () => {
    expect(learningRate({ kind: 'constant', rate: 0.01 }, 14999, 15000)).toBe(0.01)
  })
})
