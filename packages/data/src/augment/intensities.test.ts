import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import type { Triple } from '../volume'
import { scaleBrightness } from './brightness'
import { scaleContrast } from './contrast'
import { describeValues } from './describe-values'
import { correctGamma } from './gamma'
import { gaussianBlur } from './gaussian-blur'
import { addGaussianNoise } from './gaussian-noise'
import { lowerResolution } from './low-resolution'

const SIZE: Triple = [20, 25, 40]
const normal = () => random(1, 'values', 0, 0).fillNormal(new Float32Array(20_000), 0.3, 1.2)

/** Voxels by tenths of the range of values. */
function histogram(values: Float32Array): number[] {
  const { least, most } = describeValues(values)
  const counts = new Array<number>(10).fill(0)
  for (const value of values) counts[Math.min(9, Math.floor((10 * (value - least)) / (most - least)))]!++
  return counts
}

function apart(values: Float32Array, expected: ArrayLike<number>): number {
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
}

describe('addGaussianNoise', () => {
  it('adds what is normal: mean 0, its deviation, no skew, the kurtosis of the normal distribution', () => {
    const values = new Float32Array(20_000)
    addGaussianNoise(values, 0.08, random(1, 'noise', 0, 0))
    const { mean, deviation } = describeValues(values)
    expect(Math.abs(mean)).toBeLessThan(6 * (0.08 / Math.sqrt(20_000)))
    expect(Math.abs(deviation / 0.08 - 1)).toBeLessThan(6 / Math.sqrt(2 * 20_000))
    const moment = (power: number) => values.reduce((sum, value) => sum + (value / 0.08) ** power, 0) / values.length
    expect(Math.abs(moment(3))).toBeLessThan(6 * Math.sqrt(15 / 20_000))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(6 * Math.sqrt(96 / 20_000))
  })
})

describe('scaleBrightness', () => {
  it('multiplies', () => {
    const values = Float32Array.of(-2, 0, 1, 4)
    scaleBrightness(values, 1.25)
    expect(Array.from(values)).toEqual([-2.5, 0, 1.25, 5])
  })
})

describe('scaleContrast', () => {
  it('keeps the mean where nothing leaves the range', () => {
    const values = Float32Array.of(-2, 0, 2, 4)
    scaleContrast(values, 0.75)
    expect(Array.from(values)).toEqual([-1.25, 0.25, 1.75, 3.25])
  })

  it('keeps the range, to whose ends it gathers what would leave it', () => {
    const values = Float32Array.of(-2, 0, 2, 4)
    scaleContrast(values, 1.25)
    expect(Array.from(values)).toEqual([-2, -0.25, 2.25, 4])
  })
})

describe('correctGamma', () => {
  it.each([
    [0.7, false],
    [1.5, false],
    [0.7, true],
    [1.5, true],
  ])('to the power %f, inverted %s, keeps mean, deviation and order', (exponent, inverted) => {
    const before = normal()
    const values = before.slice()
    correctGamma(values, exponent, { inverted })
    const [was, is] = [describeValues(before), describeValues(values)]
    expect(Math.abs(is.mean - was.mean)).toBeLessThan(1e-6)
    expect(Math.abs(is.deviation - was.deviation)).toBeLessThan(1e-6)
    const order = Array.from(before.keys()).sort((a, b) => before[a]! - before[b]!)
    expect(order.filter((at, i) => i > 0 && values[at]! < values[order[i - 1]!]!)).toEqual([])
  })

  it('moves the histogram to the bright end below 1, to the dark end above, and the other way on the negative', () => {
    const middle = (exponent: number, inverted: boolean) => {
      const values = normal()
      correctGamma(values, exponent, { inverted })
      const counts = histogram(values)
      return counts.slice(5).reduce((sum, count) => sum + count) / values.length
    }
    const before =
      histogram(normal())
        .slice(5)
        .reduce((sum, count) => sum + count) / 20_000
    expect(middle(0.7, false)).toBeGreaterThan(before + 0.1)
    expect(middle(1.5, false)).toBeLessThan(before - 0.1)
    expect(middle(0.7, true)).toBeLessThan(before - 0.1)
    expect(middle(1.5, true)).toBeGreaterThan(before + 0.1)
  })

  it('is the definition, by hand', () => {
    const values = Float32Array.of(0, 0, 1, 4)
    correctGamma(values, 0.5)
    // 0, 0, 0.5, 1 of the range 4: 0, 0, 2, 4 with mean 1.5 and deviation sqrt(2.75), brought to mean 1.25 and deviation sqrt(2.6875).
    const scale = Math.sqrt(2.6875 / 2.75)
    const expected = [1.25 - 1.5 * scale, 1.25 - 1.5 * scale, 1.25 + 0.5 * scale, 1.25 + 2.5 * scale]
    expect(apart(values, expected)).toBeLessThan(1e-6)
  })

  it('changes nothing at 1, and leaves one value what it is', () => {
    const values = normal()
    correctGamma(values, 1)
    expect(apart(values, normal())).toBeLessThan(1e-5)
    const constant = new Float32Array(10).fill(3)
    correctGamma(constant, 0.7, { inverted: true })
    correctGamma(constant, 1.3)
    expect(Array.from(constant)).toEqual(new Array(10).fill(3))
  })
})

describe('blur and coarser grid', () => {
  it('smooth: the mean stays about where it was, the deviation falls', () => {
    for (const change of [
      (values: Float32Array) => gaussianBlur(values, SIZE, [0.6, 0.8, 1]),
      (values: Float32Array) => lowerResolution(values, SIZE, [0.6, 0.6, 0.6]),
    ]) {
      const values = normal()
      change(values)
      const { mean, deviation } = describeValues(values)
      expect(Math.abs(mean - 0.3)).toBeLessThan(0.05)
      expect(deviation).toBeLessThan(0.9)
    }
  })

  it('leave a constant and a share of 1 alone', () => {
    const constant = new Float32Array(20_000).fill(2)
    gaussianBlur(constant, SIZE, [1, 1, 1])
    expect(apart(constant, new Float32Array(20_000).fill(2))).toBeLessThan(1e-6)
    const values = normal()
    lowerResolution(values, SIZE, [1, 1, 1])
    expect(values).toEqual(normal())
  })

  it('refuse a size that is another than the values', () => {
    expect(() => gaussianBlur(normal(), [20, 25, 41], [1, 1, 1])).toThrow('20000 voxels do not fill size [20,25,41]')
  })
})
