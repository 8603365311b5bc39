import fc from 'fast-check'
import { expect } from 'vitest'
import { type ConvolutionCase, WINDOWS } from './convolution-cases'

/** Every remainder of a SIMD vector, of two and of four of them, and two counts beyond. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 33]
const BATCHES = [1, 2, 3, 4, 5]

const axis = fc.oneof({ weight: 1, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }) })
const axes = fc.tuple(axis, axis, axis)
const batch = fc.constantFrom(...BATCHES)
export const channelCounts: fc.Arbitrary<number> = fc.constantFrom(...CHANNELS)

/** So many cases meet every channel count and every batch; `holdsOnOddShapes` makes sure. */
const RUNS = 120
const SEED = 20261127

/** Makes the longest axis shorter, one voxel at a time, until `cost` is at most `most` or all axes are as short as `least`. */
function shortened(
  sizes: readonly number[],
  cost: (sizes: readonly number[]) => number,
  most: number,
  least = 1,
): [number, number, number] {
  const shorter = sizes.map((size) => Math.max(size, least)) as [number, number, number]
  while (cost(shorter) > most && Math.max(...shorter) > least) shorter[shorter.indexOf(Math.max(...shorter))]!--
  return shorter
}

/** Shapes [batch, x, y, z, channels] of up to about `most` numbers. */
export function oddMaps(most = 4000): fc.Arbitrary<number[]> {
  return fc
    .tuple(batch, axes, channelCounts)
    .map(([n, sizes, channels]) => [n, ...shortened(sizes, ([x, y, z]) => n * x! * y! * z! * channels, most), channels])
}

/** The same, half of them without some of the leading axes. */
export function oddTensors(most = 4000): fc.Arbitrary<number[]> {
  return fc.tuple(oddMaps(most), fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4)).map(([shape, dropped]) => shape.slice(dropped))
}

/** Whole numbers from which a case draws what depends on its shape. */
export const dice: fc.Arbitrary<number[]> = fc.array(fc.nat(9999), { minLength: 12, maxLength: 12 })

/** What float64 loops do in a millisecond or two. */
const MOST_PRODUCTS = 200_000
const MOST_WEIGHTS = 30_000

/** Convolutions of every window and of both channel counts; where the filter would be large, with fewer output channels. */
export function oddConvolutions(windows: readonly Pick<ConvolutionCase, 'kernel' | 'stride' | 'padding'>[] = WINDOWS) {
  return fc.tuple(fc.constantFrom(...windows), oddMaps(), channelCounts).map(([window, shape, count]): ConvolutionCase => {
    const { kernel, padding } = window
    const [n, x, y, z, cin] = shape as [number, number, number, number, number]
    const cout = Math.min(count, Math.max(1, Math.floor(MOST_WEIGHTS / (kernel ** 3 * cin))))
    const products = (sizes: readonly number[]) =>
      sizes.reduce((all, size) => all * size * Math.min(kernel, size), n * cin * cout)
    return { ...window, grid: [n, ...shortened([x, y, z], products, MOST_PRODUCTS, kernel - 2 * padding)], cin, cout }
  })
}

/**
 * Checks a property on odd shapes, the same ones each time, and that they were odd: every channel count (the last axis), every batch (the first of
 * five) and axes of one voxel were among them.
 */
export async function holdsOnOddShapes<Case>(
  cases: fc.Arbitrary<Case>,
  shapeOf: (entry: Case) => readonly number[],
  check: (entry: Case) => Promise<void>,
): Promise<void> {
  const shapes: (readonly number[])[] = []
  const property = fc.asyncProperty(cases, async (entry) => {
    shapes.push(shapeOf(entry))
    await check(entry)
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS })
  const seen = (values: (number | undefined)[]) => [...new Set(values)].sort((a, b) => a! - b!)
  expect(seen(shapes.map((shape) => shape.at(-1))), 'channel counts').toEqual(CHANNELS)
  expect(seen(shapes.filter(({ length }) => length === 5).map(([n]) => n)), 'batches').toEqual(BATCHES)
  expect(shapes.some((shape) => shape.slice(1, -1).includes(1))).toBe(true)
}
