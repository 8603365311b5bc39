import { expect, it } from 'vitest'
import { PROFILES } from './profiles'

it.each(Object.entries(PROFILES))(
  '%s has the name it is asked by, patches that halve four times, and forty ramp-up steps',
  (name, profile) => {
    expect(profile.name).toBe(name)
    for (const n of profile.patch) expect(n % 16).toBe(0)
    for (const [axis, n] of profile.stride.entries()) expect(n).toBeLessThanOrEqual(profile.patch[axis]!)
    expect(profile.rampEvery * 40).toBe(profile.iterations)
    expect(profile.dropout).toBe(0.5)
  },
)

it('full is the published setting', () => {
  expect(PROFILES.full).toMatchObject({
    reduce: 1,
    patch: [112, 112, 80],
    stride: [18, 18, 4],
    filters: 16,
    iterations: 6000,
    learningRate: { kind: 'step', rate: 0.01, factor: 0.1, every: 2500 },
    batch: { labelled: 2, unlabelled: 2 },
    supervisedBatch: 4,
  })
})
