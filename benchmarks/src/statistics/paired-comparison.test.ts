import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import { adjustFamily, type CaseValues, comparePaired } from './paired-comparison'

const CASES = 20

function shifted(by: number, spread: number): [CaseValues, CaseValues] {
  const stream = random(4, 'paired comparison', 0, 0)
  const base = Array.from({ length: CASES }, (_, i) => [`C${i}`, 0.8 + 0.1 * stream.normal()] as const)
  return [new Map(base.map(([id, value]) => [id, value + by + spread * stream.normal()])), new Map(base)]
}

describe('comparePaired', () => {
  it('takes the cases of both, by name and not by order', () => {
    const a: CaseValues = new Map([['x', 1], ['y', 2], ['z', 4]]) // biome-ignore format: one table
    const b: CaseValues = new Map([['z', 3], ['w', 9], ['x', 0.5]]) // biome-ignore format: one table
    const found = comparePaired(a, b)
    expect(found).toMatchObject({ cases: 2, leftOut: 2, difference: 0.75 })
    expect(comparePaired(new Map([...a].reverse()), new Map([...b].reverse()))).toEqual(found)
  })

  it('refuses two that share no case', () => {
    expect(() => comparePaired(new Map([['x', 1]]), new Map([['y', 1]]))).toThrow('no case was tested under both')
  })
})

describe('adjustFamily', () => {
  it("is Holm's: the smallest p times all, the next times one fewer, never falling", () => {
    const [a, b] = shifted(0.05, 0.02)
    const one = comparePaired(a, b)
    const family = [0.01, 0.04, 0.03, 0.9].map((pValue) => ({ ...one, wilcoxon: { ...one.wilcoxon, pValue } }))
    expect(adjustFamily(family).map(({ adjustedP }) => Number(adjustedP.toFixed(12)))).toEqual([0.04, 0.09, 0.09, 0.9])
    expect(adjustFamily([])).toEqual([])
  })

  it('calls separable what differs everywhere, and not what only scatters', () => {
    const [clear] = adjustFamily([comparePaired(...shifted(0.05, 0.02))])
    expect(clear).toMatchObject({ separable: true })
    expect(clear!.difference).toBeCloseTo(0.05, 1)
    const [noise] = adjustFamily([comparePaired(...shifted(0.002, 0.05))])
    expect(noise).toMatchObject({ separable: false })
  })

  it('does not call separable alone what is not in a large family', () => {
    const one = comparePaired(...shifted(0.03, 0.05))
    expect(one.wilcoxon.pValue).toBeLessThan(0.05)
    expect(adjustFamily([one])[0]!.separable).toBe(true)
    expect(adjustFamily(Array.from({ length: 55 }, () => one)).some(({ separable }) => separable)).toBe(false)
  })
})
