import fc from 'fast-check'
import type { Mask } from '../src/index-node.js'
import { maskOf } from './masks.js'

/** A pair of masks, neither empty, as `peers.py` reads it. */
export interface PeerCase {
  size: readonly number[]
  spacing: readonly number[]
  tolerance: number
  /** 0 and 1, x fastest. */
  prediction: string
  reference: string
}

const edge = fc.constantFrom(0.1, 0.3, 0.625, 0.8, 1, 1.25, 2.5, 7)
const axis = fc.integer({ min: 1, max: 11 })
const sizes: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.tuple(axis, axis, axis),
  fc.tuple(axis, axis),
  fc.constantFrom<number[][]>([1, 9, 8], [9, 1, 8], [9, 8, 1], [1, 1, 12], [14, 13, 12], [26, 5, 4], [20, 17]),
)

/** Noise from dense to sparse, boxes and balls that may touch or leave the edges, the full volume. */
function masks(size: readonly number[]): fc.Arbitrary<string> {
  const voxels = size.reduce((product, n) => product * n, 1)
  const place = fc.tuple(...size.map((n) => fc.double({ min: -1, max: n, noNaN: true })))
  const noise = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: voxels, maxLength: voxels }))
    .map(([level, draws]) => draws.map((draw) => (draw < level ? '1' : '0')).join(''))
  const bits = (inside: (...at: number[]) => boolean) => maskOf(size, inside).data.join('')
  const ball = fc
    .tuple(place, fc.double({ min: 0.5, max: 7, noNaN: true }))
    .map(([centre, radius]) => bits((...at) => Math.hypot(...centre.map((c, k) => at[k]! - c)) <= radius))
  const box = fc
    .tuple(place, place)
    .map(([a, b]) => bits((...at) => a.every((c, k) => at[k]! >= Math.min(c, b[k]!) && at[k]! <= Math.max(c, b[k]!))))
  return fc
    .oneof(
      { arbitrary: noise, weight: 2 },
      { arbitrary: ball, weight: 3 },
      { arbitrary: box, weight: 2 },
      fc.constant('1'.repeat(voxels)),
    )
    .filter((mask) => mask.includes('1'))
}

/** The same cases for the same seed and version of fast-check. */
export function peerCases(count: number, seed: number): PeerCase[] {
  const arbitrary = sizes.chain((size) =>
    fc.record({
      size: fc.constant(size),
      spacing: fc.tuple(edge, edge, edge).map((spacing) => spacing.slice(0, size.length)),
      tolerance: fc.constantFrom(0, 0.3, 1, 2, 2.5),
      prediction: masks(size),
      reference: masks(size),
    }),
  )
  return fc.sample(arbitrary, { numRuns: count, seed })
}

export function masksOf({ size, prediction, reference }: PeerCase): [Mask, Mask] {
  const mask = (bits: string): Mask => ({ data: Uint8Array.from(bits, Number), size })
  return [mask(prediction), mask(reference)]
}
