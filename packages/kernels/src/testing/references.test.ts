import { describe, expect, it } from 'vitest'
import { type Grid, normalGrid, zeroGrid } from './grid'
import { distanceToKink, referenceBatchNorm, referenceBatchNormGrad, referenceMoments } from './reference-batch-norm'
import { referencePairs, referenceUnspread } from './reference-broadcast'
import { referenceConvolution, referenceTransposed } from './reference-convolution'
import { referenceCrossEntropy } from './reference-cross-entropy'
import { referenceMatMul, referenceTranspose } from './reference-mat-mul'
import { type Origin, referenceMovement, referenceMovementGrad } from './reference-movement'
import { referenceReduction, referenceReductionGrad } from './reference-reduction'
import { referenceSoftmax, referenceSoftmaxGrad } from './reference-softmax'
import { referenceUpsample } from './reference-upsampling'

// The references judge every engine, so they are judged here: by literals, and their gradients by central differences in float64.

function line(values: number[]): Grid {
  return { shape: [1, 1, 1, values.length, 1], data: Float64Array.from(values) }
}

function taps(values: number[]): Grid {
  return { shape: [1, 1, values.length, 1, 1], data: Float64Array.from(values) }
}

describe('convolution', () => {
  it.each([
    [1, 0, [1 * 1 + 2 * 10 + 3 * 100, 432, 543]],
    [2, 0, [321, 543]],
  ])('slides the filter without turning it (stride %i, padding %i)', (stride, padding, expected) => {
    // One axis only: the other two have a filter of one tap, so they take no padding here.
    const y = referenceConvolution(line([1, 2, 3, 4, 5]), taps([1, 10, 100]), { stride, padding })
    expect(Array.from(y.data)).toEqual(expected)
  })

  it('pads with zeros', () => {
    const cube = zeroGrid([1, 3, 3, 3, 1])
    cube.data.fill(1)
    const ones = zeroGrid([3, 3, 3, 1, 1])
    ones.data.fill(1)
    const y = referenceConvolution(cube, ones, { stride: 1, padding: 1 })
    expect([y.data[0], y.data[1], y.data[4], y.data[13]]).toEqual([8, 12, 18, 27])
  })

  it('transposed, writes each voxel times the filter', () => {
    const filter = { shape: [2, 2, 2, 1, 1], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) }
    const y = referenceTransposed({ shape: [1, 1, 1, 2, 1], data: Float64Array.of(1, 10) }, filter, { stride: 2, padding: 0 })
    expect(y.shape).toEqual([1, 2, 2, 4, 1])
    expect(Array.from(y.data)).toEqual([1, 2, 10, 20, 3, 4, 30, 40, 5, 6, 50, 60, 7, 8, 70, 80])
  })
})

describe('batch norm', () => {
  it.each([true, false])('has the gradients that central differences give (training: %s)', (training) => {
    const x = normalGrid([1, 2, 2, 2, 2], 1, 'x', 1)
    const fixed = { mean: normalGrid([2], 1, 'mean'), variance: { shape: [2], data: Float64Array.of(1.5, 0.8) } }
    const given = {
      gamma: normalGrid([2], 1, 'gamma', 1, 0.3),
      beta: normalGrid([2], 1, 'beta', 0.5),
      residual: normalGrid(x.shape, 1, 'residual'),
      epsilon: 1e-3,
      relu: true,
      training,
    }
    const dy = normalGrid(x.shape, 1, 'dy')
    const withStatistics = (input: Grid) => ({ ...given, ...(training ? referenceMoments(input) : fixed) })
    expect(distanceToKink(x, withStatistics(x))).toBeGreaterThan(1e-3)
    const value = (input: Grid, changed: Partial<typeof given> = {}) =>
      referenceBatchNorm(input, { ...withStatistics(input), ...changed }).data.reduce((sum, y, i) => sum + y * dy.data[i]!, 0)
    const difference = (grid: Grid, at: (moved: Grid) => number) =>
      Array.from(grid.data, (_, i) => {
        const [up, down] = [1e-5, -1e-5].map((step) =>
          at({ shape: grid.shape, data: grid.data.map((v, j) => (j === i ? v + step : v)) }),
        )
        return (up! - down!) / 2e-5
      })
    const grads = referenceBatchNormGrad(dy, x, withStatistics(x))
    const pairs: [Grid, number[]][] = [
      [grads.dx, difference(x, (moved) => value(moved))],
      [grads.dgamma, difference(given.gamma, (gamma) => value(x, { gamma }))],
      [grads.dbeta, difference(given.beta, (beta) => value(x, { beta }))],
      [grads.dresidual, difference(given.residual, (residual) => value(x, { residual }))],
    ]
    for (const [grad, expected] of pairs) for (const [i, g] of grad.data.entries()) expect(g).toBeCloseTo(expected[i]!, 7)
  })
})

describe('upsampling', () => {
  it.each([
    [false, [0, 0.25, 0.75, 1.25, 1.75, 2]],
    [true, [0, 0.4, 0.8, 1.2, 1.6, 2]],
    [undefined, [0, 0, 1, 1, 2, 2]],
  ])('doubles a line (aligned corners: %s)', (alignCorners, expected) => {
    const y = referenceUpsample(line([0, 1, 2]), alignCorners)
    for (const [i, value] of expected.entries()) expect(y.data[i]).toBeCloseTo(value, 12)
  })
})

describe('cross entropy', () => {
  it("is the mean of -log of the label's probability", () => {
    const logits = { shape: [2, 2], data: Float64Array.of(Math.log(3), 0, 0, 0) }
    const { loss, dlogits } = referenceCrossEntropy(logits, Int32Array.of(0, 1))
    expect(loss).toBeCloseTo((-Math.log(3 / 4) - Math.log(1 / 2)) / 2, 12)
    for (const [i, expected] of [-0.125, 0.125, 0.25, -0.25].entries()) expect(dlogits.data[i]).toBeCloseTo(expected, 12)
  })
})

function matrix(rows: number[][]): Grid {
  return { shape: [rows.length, rows[0]!.length], data: Float64Array.from(rows.flat()) }
}

describe('spreading', () => {
  it('repeats axes of one, and its gradient sums over them', () => {
    const [column, row] = [matrix([[1], [2]]), { shape: [3], data: Float64Array.of(10, 20, 30) }]
    const sum = referencePairs(column, row, [2, 3], (a, b) => a + b)
    expect(Array.from(sum.data)).toEqual([11, 21, 31, 12, 22, 32])
    expect(Array.from(referenceUnspread(sum, [2, 1]).data)).toEqual([63, 66])
    expect(Array.from(referenceUnspread(sum, [3]).data)).toEqual([23, 43, 63])
  })
})

describe('movement', () => {
  it('fetches numbers, and its gradient brings dy back', () => {
    const part = matrix([
      [1, 2],
      [3, 4],
    ])
    const rows = [1, 1, undefined]
    const origin: Origin = ([row, column]) => (rows[row!] === undefined ? null : [0, [rows[row!]!, column!]])
    expect(Array.from(referenceMovement([part], [3, 2], origin, 9).data)).toEqual([3, 4, 3, 4, 9, 9])
    const dy = { shape: [3, 2], data: Float64Array.of(1, 2, 10, 20, 100, 200) }
    expect(Array.from(referenceMovementGrad(dy, [[2, 2]], origin)[0]!.data)).toEqual([0, 0, 11, 22])
  })
})

describe('reductions', () => {
  it('take the numbers along the axes, and leave the others', () => {
    const x = { shape: [2, 2, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) }
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value)
    expect(referenceReduction(x, [0, 2], false, sum)).toEqual({ shape: [2], data: Float64Array.of(14, 22) })
    expect(referenceReduction(x, [1], true, sum)).toEqual({ shape: [2, 1, 2], data: Float64Array.of(4, 6, 12, 14) })
    const dy = { shape: [2], data: Float64Array.of(1, 10) }
    const dx = referenceReductionGrad(dy, x, [0, 2], (values) => values.map((_, i) => i))
    expect(Array.from(dx.data)).toEqual([0, 1, 0, 10, 2, 3, 20, 30])
  })
})

describe('softmax', () => {
  it('is a share of exponentials, with the gradients that central differences give', () => {
    const x = matrix([[Math.log(3), 0, Math.log(4)]])
    const { probs, logProbs } = referenceSoftmax(x)
    for (const [i, prob] of [3 / 8, 1 / 8, 1 / 2].entries()) {
      expect(probs.data[i]).toBeCloseTo(prob, 14)
      expect(logProbs.data[i]).toBeCloseTo(Math.log(prob), 14)
    }
    const dy = matrix([[1, -2, 0.5]])
    const { throughProbs, throughLogProbs } = referenceSoftmaxGrad(dy, x)
    for (let i = 0; i < 3; i++) {
      const [up, down] = [1e-5, -1e-5].map((step) =>
        referenceSoftmax({ shape: x.shape, data: x.data.map((value, j) => (i === j ? value + step : value)) }),
      )
      const slope = (pick: (result: ReturnType<typeof referenceSoftmax>) => Grid) =>
        dy.data.reduce((sum, d, j) => sum + (d * (pick(up!).data[j]! - pick(down!).data[j]!)) / 2e-5, 0)
      expect(throughProbs.data[i]).toBeCloseTo(
        slope((result) => result.probs),
        8,
      )
      expect(throughLogProbs.data[i]).toBeCloseTo(
        slope((result) => result.logProbs),
        8,
      )
    }
  })
})

describe('matrix products', () => {
  it('multiply rows by columns', () => {
    const a = { shape: [1, 2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }
    expect(referenceTranspose(a, true)).toEqual({ shape: [1, 3, 2], data: Float64Array.of(1, 4, 2, 5, 3, 6) })
    expect(referenceMatMul(a, referenceTranspose(a, true))).toEqual({
      shape: [1, 2, 2],
      data: Float64Array.of(14, 32, 32, 77),
    })
  })
})
