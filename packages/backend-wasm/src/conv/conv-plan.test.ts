import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largestError, randomValues } from '../../test/compare'
import {
  referenceForward,
  referenceGradFilter,
  referenceGradInput,
  referenceStatistics,
  withBias,
} from '../../test/reference-conv'
import { SingleThread } from '../../test/single-thread'
import { planForward, planGradFilter, planGradInput } from './conv-plan'
import { type ConvGeometry, convGeometry, transposedGeometry, voxels } from './geometry'

const machine = new SingleThread()
/** Errors over the root mean square of the result: float32 sums of up to a few thousand terms. */
const TOLERANCE = 1e-5

type Case = [title: string, inputShape: number[], filterShape: number[], stride: number, padding: number]

const convolutions: Case[] = [
  ['k1', [2, 5, 3, 7, 6], [1, 1, 1, 6, 5], 1, 0],
  ['k1, head of two classes', [2, 6, 5, 9, 16], [1, 1, 1, 16, 2], 1, 0],
  ['k1, one channel', [1, 4, 3, 5, 1], [1, 1, 1, 1, 1], 1, 0],
  ['k1, wide', [1, 3, 3, 3, 40], [1, 1, 1, 40, 60], 1, 0],
  ['k1 s2', [2, 7, 6, 5, 8], [1, 1, 1, 8, 12], 2, 0],
  ['k1 s2, 64 channels', [1, 6, 6, 4, 64], [1, 1, 1, 64, 16], 2, 0],
  ['k2 s2', [2, 6, 4, 8, 8], [2, 2, 2, 8, 16], 2, 0],
  ['k2 s2, odd sizes and channels', [2, 7, 5, 9, 3], [2, 2, 2, 3, 7], 2, 0],
  ['k2 s2, long rows', [1, 2, 4, 150, 4], [2, 2, 2, 4, 8], 2, 0],
  ['k3, one channel', [2, 6, 5, 11, 1], [3, 3, 3, 1, 16], 1, 1],
  ['k3, odd channels', [1, 4, 6, 5, 5], [3, 3, 3, 5, 3], 1, 1],
  ['k3, to one channel', [1, 4, 6, 5, 8], [3, 3, 3, 8, 1], 1, 1],
  ['k3, multiples of four', [1, 4, 6, 5, 8], [3, 3, 3, 8, 12], 1, 1],
  ['k3 s2', [2, 7, 6, 9, 8], [3, 3, 3, 8, 16], 2, 1],
  ['k3 s2, 32 channels', [1, 5, 4, 4, 32], [3, 3, 3, 32, 64], 2, 1],
  ['k3 without padding', [1, 5, 4, 6, 4], [3, 3, 3, 4, 4], 1, 0],
  ['k4 s2', [2, 8, 6, 9, 3], [4, 4, 4, 3, 16], 2, 1],
  ['k7', [1, 9, 8, 10, 1], [7, 7, 7, 1, 16], 1, 3],
  ['k7, one channel, rows of four', [1, 5, 4, 8, 1], [7, 7, 7, 1, 6], 1, 3],
  ['k4 s2, one channel, rows of four', [1, 6, 4, 12, 1], [4, 4, 4, 1, 8], 2, 1],
  ['k4 s2, two channels', [1, 6, 4, 10, 2], [4, 4, 4, 2, 8], 2, 1],
  ['k3 s1, three channels, rows of four', [1, 3, 4, 8, 3], [3, 3, 3, 3, 8], 1, 1],
  ['k5 s3, two channels, rows of six', [1, 7, 4, 12, 2], [5, 5, 5, 2, 4], 3, 2],
  ['k7 on less than its size', [1, 2, 3, 1, 2], [7, 7, 7, 2, 4], 1, 3],
  ['k5 s3', [1, 11, 8, 10, 2], [5, 5, 5, 2, 4], 3, 2],
  ['uneven kernel', [1, 5, 6, 7, 4], [1, 3, 2, 4, 8], 1, 0],
  ['one voxel', [5, 1, 1, 1, 17], [3, 3, 3, 17, 33], 1, 1],
]

const transposed: Case[] = [
  ['k2 s2', [2, 3, 2, 5, 16], [2, 2, 2, 8, 16], 2, 0],
  ['k2 s2, odd channels', [1, 3, 4, 3, 7], [2, 2, 2, 3, 7], 2, 0],
  ['k2 s2, deep', [1, 2, 2, 1, 64], [2, 2, 2, 32, 64], 2, 0],
  ['k3 s2', [1, 3, 4, 5, 8], [3, 3, 3, 4, 8], 2, 1],
  ['k4 s2', [1, 3, 4, 5, 4], [4, 4, 4, 12, 4], 2, 1],
  ['k3 s1', [1, 3, 4, 5, 4], [3, 3, 3, 8, 4], 1, 1],
]

describe('convolution plans agree with plain loops', () => {
  it.each(convolutions)('%s: %j, filter %j, stride %i, padding %i', (_title, inputShape, filterShape, stride, padding) => {
    check(convGeometry({ inputShape, filterShape, stride, padding }))
  })
  it.each(transposed)(
    'transposed %s: %j, filter %j, stride %i, padding %i',
    (_title, inputShape, filterShape, stride, padding) => {
      const g = transposedGeometry({ inputShape, filterShape, stride, padding })
      expect(g.output).toEqual(inputShape.slice(1, 4))
      check(g)
    },
  )
})

describe('convolution plans on any shape', () => {
  const size = fc.integer({ min: 1, max: 6 })
  const channels = fc.oneof(fc.integer({ min: 1, max: 17 }), fc.constantFrom(20, 33))
  const kind = fc.constantFrom([1, 1, 0], [1, 2, 0], [2, 2, 0], [3, 1, 1], [3, 2, 1], [4, 2, 1], [7, 1, 3])
  it('agree with plain loops', () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        fc.integer({ min: 1, max: 5 }),
        channels,
        channels,
        kind,
        fc.boolean(),
        (axes, batch, a, b, kernel, isTransposed) => {
          const [k, stride, padding] = kernel as [number, number, number]
          const shapes = {
            inputShape: [batch, ...axes, a],
            filterShape: [k, k, k, ...(isTransposed ? [b, a] : [a, b])],
            stride,
            padding,
          }
          const g = isTransposed ? transposedGeometry(shapes) : convGeometry(shapes)
          fc.pre([...g.input, ...g.output].every((length) => length > 0))
          // What the reference would need more than a moment for is left to the table above.
          fc.pre(batch * voxels(g.output) * k ** 3 * a * b < 2e6)
          check(g)
        },
      ),
      { seed: 20261123, numRuns: 80 },
    )
  })
})

function check(g: ConvGeometry): void {
  machine.reset()
  const { inputChannels: cin, outputChannels: cout } = g
  const inner = g.batch * voxels(g.input) * cin
  const outer = g.batch * voxels(g.output) * cout
  const x = machine.tensor(inner, randomValues(inner, 1))
  const dy = machine.tensor(outer, randomValues(outer, 2))
  const filterLength = voxels(g.kernel) * cin * cout
  const filter = machine.tensor(filterLength, randomValues(filterLength, 3))
  const outputBias = machine.tensor(cout, randomValues(cout, 4))
  const inputBias = machine.tensor(cin, randomValues(cin, 5))
  const plainForward = referenceForward(g, x.values, filter.values)
  const plainGradInput = referenceGradInput(g, dy.values, filter.values)
  for (const statistics of [true, false]) {
    for (const parts of [1, 3]) {
      const y = machine.tensor(outer)
      const [mean, variance] = [machine.tensor(cout), machine.tensor(cout)]
      const forward = planForward(g, { statistics })
      const bias = statistics ? outputBias : undefined
      machine.run(
        forward.launch({
          ...{ x: x.pointer, filter: filter.pointer, bias: bias?.pointer ?? 0, y: y.pointer },
          ...{ mean: mean.pointer, variance: variance.pointer, workspace: machine.workspace(forward.workspaceBytes) },
        }),
        parts,
      )
      expect(largestError(y.values, withBias(plainForward, bias?.values))).toBeLessThan(TOLERANCE)
      if (statistics) expectStatistics(y.values, cout, mean.values, variance.values)

      const dx = machine.tensor(inner)
      const [meanBack, varianceBack] = [machine.tensor(cin), machine.tensor(cin)]
      const back = planGradInput(g, { statistics })
      const biasBack = statistics ? inputBias : undefined
      machine.run(
        back.launch({
          ...{ dy: dy.pointer, filter: filter.pointer, bias: biasBack?.pointer ?? 0, dx: dx.pointer },
          ...{ mean: meanBack.pointer, variance: varianceBack.pointer, workspace: machine.workspace(back.workspaceBytes) },
        }),
        parts,
      )
      expect(largestError(dx.values, withBias(plainGradInput, biasBack?.values))).toBeLessThan(TOLERANCE)
      if (statistics) expectStatistics(dx.values, cin, meanBack.values, varianceBack.values)
    }
  }
  const bits: Float32Array[] = []
  for (const parts of [1, 2, 5]) {
    const dw = machine.tensor(filterLength)
    const grad = planGradFilter(g)
    const workspace = machine.workspace(grad.workspaceBytes)
    machine.run(grad.launch({ x: x.pointer, dy: dy.pointer, filter: dw.pointer, workspace }), parts)
    bits.push(dw.values.slice())
  }
  expect(largestError(bits[0]!, referenceGradFilter(g, x.values, dy.values))).toBeLessThan(TOLERANCE)
  expect(bits[1]).toEqual(bits[0])
  expect(bits[2]).toEqual(bits[0])
}

function expectStatistics(values: Float32Array, channels: number, mean: Float32Array, variance: Float32Array): void {
  const expected = referenceStatistics(values, channels)
  expect(largestError(mean, expected.mean)).toBeLessThan(TOLERANCE)
  expect(largestError(variance, expected.variance)).toBeLessThan(TOLERANCE)
}
