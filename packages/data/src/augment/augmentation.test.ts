import { random } from '@dualseg/kernels/random'
import { describe, expect, it } from 'vitest'
import type { Triple } from '../volume'
import { affineMatrix } from './affine-matrix'
import { type Augmentation, type AugmentationDraw, type Axis, drawAugmentation } from './augmentation'
import { STRONG_AUGMENTATION } from './strong-recipe'

const DRAWS = 4000

function draws(augmentation: Augmentation, patch: Triple = [64, 64, 32]): AugmentationDraw[] {
  return Array.from({ length: DRAWS }, (_, i) => drawAugmentation(augmentation, patch, random(1, 'augment', i, 0)))
}

const strong = draws({ kind: 'strong', mirrorAxes: [0, 1, 2] })
const numbers = (of: keyof AugmentationDraw) => strong.flatMap((draw) => (draw[of] as number | Triple | undefined) ?? [])

/** Five standard deviations of a share of so many draws. */
function expectShare(count: number, share: number, of = DRAWS) {
  expect(Math.abs(count / of - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / of))
}

describe('strong', () => {
  it.each([
    ['noise', 0.1],
    ['blur', 0.1],
    ['brightness', 0.15],
    ['contrast', 0.15],
    ['lowResolution', 0.125],
    ['invertedGamma', 0.1],
    ['gamma', 0.3],
    // Turned, scaled, or both.
    ['matrix', 1 - 0.8 * 0.8],
  ] as const)('%s happens in %f of the crops', (change, share) => {
    expectShare(strong.filter((draw) => draw[change] !== undefined).length, share)
  })

  it.each([
    ['noise', 0, 0.1],
    ['blur', 0.5, 1],
    ['brightness', 0.75, 1.25],
    ['contrast', 0.75, 1.25],
    ['lowResolution', 0.5, 1],
    ['invertedGamma', 0.7, 1.5],
    ['gamma', 0.7, 1.5],
  ] as const)('%s is anything from %f to %f', (change, low, high) => {
    const found = numbers(change)
    const width = (high - low) / 20
    expect(Math.min(...found)).toBeGreaterThanOrEqual(low)
    expect(Math.max(...found)).toBeLessThan(high)
    expect(Math.min(...found)).toBeLessThan(low + width)
    expect(Math.max(...found)).toBeGreaterThan(high - width)
  })

  it('lies below 1 as often as above it', () => {
    for (const change of ['brightness', 'contrast', 'invertedGamma', 'gamma'] as const) {
      const found = numbers(change)
      expectShare(found.filter((factor) => factor < 1).length, 0.5, found.length)
    }
  })

  it('takes one share for all axes, and blurs each axis on its own', () => {
    const values = (change: 'lowResolution' | 'blur') =>
      new Set(strong.flatMap((draw) => (draw[change] ? [new Set(draw[change]).size] : [])))
    expect(values('lowResolution')).toEqual(new Set([1]))
    expect(values('blur')).toEqual(new Set([3]))
  })

  it('turns by up to 30 degrees and scales by 0.7 to 1.4, each in a fifth of the crops', () => {
    const scales = strong.map(({ matrix }) => (matrix ? Math.cbrt(determinant(matrix)) : 1))
    expectShare(scales.filter((scale) => Math.abs(scale - 1) > 1e-6).length, 0.2)
    expect(Math.min(...scales)).toBeGreaterThan(0.7 - 1e-6)
    expect(Math.max(...scales)).toBeLessThan(1.4 + 1e-6)
    const isTurned = ({ matrix }: AugmentationDraw) => matrix?.some((value, i) => i % 4 > 0 && value !== 0) === true
    expectShare(strong.filter(isTurned).length, 0.2)
    // Of three turns by 30 degrees: the trace is least where all three are full.
    const least = trace(affineMatrix([Math.PI / 6, -Math.PI / 6, Math.PI / 6], [1, 1, 1]))
    const traces = strong.filter(isTurned).map(({ matrix }) => trace(matrix!) / Math.cbrt(determinant(matrix!)))
    expect(Math.min(...traces)).toBeGreaterThan(least - 1e-6)
    expect(Math.min(...traces)).toBeLessThan(least + 0.25)
  })

  it('turns a thin patch about its thin axis alone, all the way round, and leaves that axis its scale', () => {
    const thin = draws({ kind: 'strong', mirrorAxes: [] }, [96, 96, 16]).flatMap(({ matrix }) => (matrix ? [matrix] : []))
    const ofThinAxis = thin.map(([, , xz, , , yz, zx, zy, zz]) => [xz, yz, zx, zy, zz].map(Math.abs).join())
    expect(new Set(ofThinAxis)).toEqual(new Set(['0,0,0,0,1']))
    const degrees = thin.map(([xx, , , yx]) => (Math.atan2(yx, xx) * 180) / Math.PI)
    expect(Math.min(...degrees)).toBeLessThan(-170)
    expect(Math.max(...degrees)).toBeGreaterThan(170)
    for (const { lowResolution } of draws({ kind: 'strong', mirrorAxes: [] }, [16, 64, 64])) {
      if (lowResolution) expect(lowResolution[0]).toBe(1)
    }
    // Three times is not more than three times.
    const square = draws({ kind: 'strong', mirrorAxes: [] }, [48, 48, 16])
    expect(square.some(({ matrix }) => matrix && matrix[2] !== 0)).toBe(true)
  })

  it('is the same for the same stream', () => {
    const again = draws({ kind: 'strong', mirrorAxes: [0, 1, 2] })
    expect(again).toEqual(strong)
  })
})

describe('flips', () => {
  it.each([[[0, 1, 2]], [[1]], [[]]] as [Axis[]][])('mirrors half the crops along each of %j and does nothing else', (axes) => {
    const all = draws({ kind: 'flips', mirrorAxes: axes })
    expect(new Set(all.flatMap((draw) => Object.keys(draw)))).toEqual(new Set(['mirror']))
    for (const axis of [0, 1, 2] as const) {
      const count = all.filter(({ mirror }) => mirror.includes(axis)).length
      if (axes.includes(axis)) expectShare(count, STRONG_AUGMENTATION.mirror)
      else expect(count).toBe(0)
    }
  })

  it.each([[[0, 0]], [[1, 0]], [[3]], [[0.5]]])('refuses the axes %j', (axes) => {
    expect(() => drawAugmentation({ kind: 'flips', mirrorAxes: axes as Axis[] }, [8, 8, 8], random(1, 'a', 0, 0))).toThrow(
      `augmentation: mirrorAxes [${axes}] must be some of 0, 1, 2, ascending`,
    )
  })
})

function determinant([a, b, c, d, e, f, g, h, i]: readonly number[]): number {
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!)
}

function trace(matrix: readonly number[]): number {
  return matrix[0]! + matrix[4]! + matrix[8]!
}
