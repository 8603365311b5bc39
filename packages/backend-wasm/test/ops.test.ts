import '@tensorflow/tfjs-backend-cpu'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/engine'
import { BACKEND_NAME } from '../src/index'
import { OWN_KERNELS } from '../src/register-kernels'

// Every op that has a kernel here, against the cpu backend: small odd shapes, and shapes that make several tasks.

const SMALL: number[][] = [[], [1], [3], [2, 5], [3, 4, 2], [1, 3, 1, 5], [2, 3, 4, 5, 2]]
const LARGE: number[][] = [[40_000], [70, 31, 17], [9000, 2], [2, 9, 11, 13, 20]]
const SHAPES = [...SMALL, ...LARGE]

let stream = 0

/** Values in [low, high), or whole numbers, from a seed that counts up. */
function values(shape: number[], low: number, high: number): Float32Array {
  const data = new Float32Array(tf.util.sizeFromShape(shape))
  random(1, 'ops.test', 0, stream++).fillUniform(data, low, high)
  return data
}

type Build = () => tf.Tensor | tf.Tensor[]

/** Runs on both backends, from the same numbers; fails when a tensor is left behind. */
function onBoth(build: Build): { actual: tf.Tensor[]; expected: tf.Tensor[] } {
  const first = stream
  const run = (): tf.Tensor[] => {
    stream = first
    const { numTensors, numDataBuffers } = tf.memory()
    const result = tf.tidy(build)
    const results = Array.isArray(result) ? result : [result]
    expect(tf.memory().numTensors - numTensors, 'tensors left behind').toBe(results.length)
    expect(tf.memory().numDataBuffers - numDataBuffers, 'buffers left behind').toBeLessThanOrEqual(results.length)
    return results
  }
  tf.setBackend('cpu')
  const expected = run()
  tf.setBackend(BACKEND_NAME)
  return { actual: run(), expected }
}

function compare(build: Build, tolerance: number): void {
  const { actual, expected } = onBoth(build)
  expect(actual.length).toBe(expected.length)
  for (const [i, tensor] of actual.entries()) {
    const want = expected[i]!
    expect(tensor.shape).toEqual(want.shape)
    expect(tensor.dtype).toBe(want.dtype)
    const [a, b] = [tensor.dataSync(), want.dataSync()]
    expect(a.length).toBe(b.length)
    for (let k = 0; k < a.length; k++) {
      const isSame = Object.is(a[k], b[k]) || a[k] === b[k]
      if (!isSame && !(Math.abs(a[k]! - b[k]!) <= tolerance * Math.max(Math.abs(b[k]!), 1e-30))) {
        expect.fail(`[${want.shape}] at ${k}: ${a[k]} instead of ${b[k]}`)
      }
    }
  }
  tf.dispose(actual)
  tf.dispose(expected)
}

const ULP = 2 ** -23

beforeAll(async () => {
  await openBackend({ threads: 2 })
})

const unary: [string, (x: tf.Tensor) => tf.Tensor, number, number, number][] = [
  ['neg', tf.neg, -5, 5, 0],
  ['exp', tf.exp, -100, 90, 2 * ULP],
  ['exp near 0', tf.exp, -1, 1, 2 * ULP],
  ['log', tf.log, 0, 50, 2 * ULP],
  ['sqrt', tf.sqrt, 0, 50, ULP],
  ['rsqrt', tf.rsqrt, 0.01, 50, 2 * ULP],
  ['square', tf.square, -5, 5, ULP],
  ['relu', tf.relu, -5, 5, 0],
  ['sigmoid', tf.sigmoid, -20, 20, 4 * ULP],
  ['tanh', tf.tanh, -4, 4, 3 * ULP],
  ['abs', tf.abs, -4, 4, 0],
  ['reciprocal', tf.reciprocal, 0.1, 4, ULP],
  ['step', (x) => tf.step(x, 0.25), -4, 4, 0],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.2), -4, 4, ULP],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 2), -4, 4, 0],
  ['log1p', tf.log1p, -0.999, 50, 3 * ULP],
  ['log1p near 0', tf.log1p, -1e-3, 1e-3, 3 * ULP],
  ['softplus', tf.softplus, -12, 20, 1e-5],
  ['pow 2', (x) => tf.pow(x, 2), -4, 4, ULP],
  ['pow 10', (x) => tf.pow(x, 10), -4, 4, ULP],
  ['pow -3', (x) => tf.pow(x, -3), 0.5, 4, ULP],
  ['pow 0.3', (x) => tf.pow(x, 0.3), 0, 4, ULP],
  ['zerosLike', tf.zerosLike, -4, 4, 0],
  ['onesLike', tf.onesLike, -4, 4, 0],
  ['cast to int32', (x) => tf.cast(x, 'int32'), -40, 40, 0],
  ['cast to bool', (x) => tf.cast(tf.cast(x, 'int32'), 'bool'), -2, 2, 0],
  ['float to bool', (x) => tf.cast(x, 'bool'), -1, 1, 0],
  ['int32 to float', (x) => tf.cast(tf.cast(x, 'int32'), 'float32'), -40, 40, 0],
  ['bool to float', (x) => tf.cast(tf.greater(x, 0), 'float32'), -40, 40, 0],
  ['bool to int32', (x) => tf.cast(tf.greater(x, 0), 'int32'), -40, 40, 0],
  ['logicalNot', (x) => tf.logicalNot(tf.greater(x, 0)), -40, 40, 0],
]

describe('ops of one operand', () => {
  it.each(unary)('%s agrees with the cpu backend', (_name, f, low, high, tolerance) => {
    for (const shape of SHAPES) compare(() => f(tf.tensor(values(shape, low, high), shape)), tolerance)
  })

  it('treats infinities, zeros and NaN as the cpu backend', () => {
    const special = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 1e-40, 3e38, 88.8, -87, -103.9, -105]
    for (const f of [tf.exp, tf.log, tf.sqrt, tf.abs, tf.sigmoid, tf.tanh, tf.relu, tf.neg]) {
      const { actual, expected } = onBoth(() => f(tf.tensor1d(special)))
      const [a, b] = [actual[0]!.dataSync(), expected[0]!.dataSync()]
      // The smallest denormals have too few digits for a relative bound.
      for (const [i, want] of b.entries()) {
        if (Number.isFinite(want)) expect(Math.abs(a[i]! - want)).toBeLessThanOrEqual(Math.max(4 * ULP * Math.abs(want), 3e-45))
        else expect(a[i]).toBe(want)
      }
      tf.dispose([...actual, ...expected])
    }
  })
})

const binary: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, number][] = [
  ['add', tf.add, 0],
  ['sub', tf.sub, 0],
  ['mul', tf.mul, 0],
  ['div', tf.div, 0],
  ['maximum', tf.maximum, 0],
  ['minimum', tf.minimum, 0],
  ['squaredDifference', tf.squaredDifference, ULP],
  ['equal', tf.equal, 0],
  ['notEqual', tf.notEqual, 0],
  ['greater', tf.greater, 0],
  ['greaterEqual', tf.greaterEqual, 0],
  ['less', tf.less, 0],
  ['lessEqual', tf.lessEqual, 0],
]

const pairs: [number[], number[]][] = [
  [[], []],
  [[7], [7]],
  [
    [2, 3, 4, 5, 2],
    [2, 3, 4, 5, 2],
  ],
  [
    [2, 9, 11, 13, 20],
    [2, 9, 11, 13, 20],
  ],
  [[40_000], []],
  [[], [40_001]],
  [[2, 3, 4], [1]],
  [[3, 5, 7], [7]],
  [[70, 31, 17], [17]],
  [
    [31, 1, 2],
    [31, 9, 2],
  ],
  [[9000, 2], [2]],
  [
    [9001, 2],
    [9001, 1],
  ],
  [
    [9001, 1],
    [9001, 2],
  ],
  [
    [901, 7],
    [901, 1],
  ],
  [
    [2, 9, 11, 13, 20],
    [2, 1, 1, 1, 20],
  ],
  [
    [2, 3, 5, 7, 3],
    [2, 1, 1, 1, 3],
  ],
  [
    [2, 3, 5, 7, 300],
    [2, 1, 1, 1, 300],
  ],
  [
    [3, 500],
    [1, 500],
  ],
  [
    [4, 1],
    [1, 5],
  ],
  [
    [2, 3, 4],
    [2, 1, 4],
  ],
  [
    [2, 1, 4, 1],
    [2, 3, 4, 5],
  ],
  [[1, 1, 1], [6]],
]

describe('ops of two operands', () => {
  it.each(binary)('%s agrees with the cpu backend, however shapes spread', (_name, f, tolerance) => {
    for (const [a, b] of pairs) {
      // Halves: so that some are equal.
      const half = (shape: number[]) => tf.div(tf.round(tf.tensor(values(shape, -8, 8), shape)), 2)
      compare(() => f(half(a), half(b)), tolerance)
    }
  })

  it('compares whole numbers, and joins truths', () => {
    for (const shape of SHAPES) {
      const whole = () => tf.cast(tf.tensor(values(shape, 0, 4), shape), 'int32')
      compare(() => tf.equal(whole(), tf.scalar(2, 'int32')), 0)
      compare(() => tf.less(tf.scalar(2, 'int32'), whole()), 0)
      compare(() => tf.greaterEqual(whole(), whole()), 0)
      const truth = () => tf.greater(tf.tensor(values(shape, -1, 1), shape), 0)
      compare(() => tf.logicalAnd(truth(), truth()), 0)
      compare(() => tf.logicalOr(truth(), truth()), 0)
      compare(() => tf.logicalXor(truth(), truth()), 0)
      compare(() => tf.where(truth(), tf.tensor(values(shape, 0, 4), shape), tf.scalar(-1)), 0)
      compare(() => tf.where(truth(), whole(), whole()), 0)
      compare(() => tf.addN([1, 2, 3].map(() => tf.tensor(values(shape, 0, 4), shape))), 0)
    }
  })

  it('computes with whole numbers as the cpu backend', () => {
    const whole = () => tf.cast(tf.tensor(values([50], -9, 9), [50]), 'int32')
    for (const f of [tf.add, tf.sub, tf.mul, tf.maximum, tf.minimum]) {
      compare(() => f(whole(), whole()), 0)
      compare(() => f(whole(), tf.scalar(3, 'int32')), 0)
      compare(() => f(tf.scalar(3, 'int32'), whole()), 0)
    }
    compare(() => tf.add(whole(), tf.tensor(values([50], -9, 9), [50])), 0)
  })
})

describe('reductions', () => {
  const cases: [number[], number | number[] | undefined][] = [
    [[], undefined],
    [[5], undefined],
    [[40_000], undefined],
    [[70_001], undefined],
    [[2, 3, 4, 5, 2], undefined],
    [[2, 3, 4, 5, 2], -1],
    [[9000, 2], 1],
    [[901, 3], 1],
    [[33, 500], 1],
    [[100, 20_000], 1],
    [
      [2, 9, 11, 13, 20],
      [0, 1, 2, 3],
    ],
    [
      [2, 9, 11, 13, 3],
      [0, 1, 2, 3],
    ],
    [
      [2, 9, 11, 13, 5],
      [1, 2, 3],
    ],
    [
      [2, 9, 11, 13, 5],
      [1, 2, 3, 4],
    ],
    [[3, 5000], 0],
    [[2, 3, 4097], 1],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [[4, 1, 5], 1],
  ]
  it.each(cases)('sum, mean, max, min of [%j] over %j', (shape, axis) => {
    for (const keepDims of [false, true]) {
      const x = () => tf.tensor(values(shape, 0, 1), shape)
      compare(() => tf.sum(x(), axis, keepDims), 3e-6)
      compare(() => tf.mean(x(), axis, keepDims), 3e-6)
      compare(() => tf.max(x(), axis, keepDims), 0)
      compare(() => tf.min(x(), axis, keepDims), 0)
    }
  })

  it('finds the position of extremes, the first of equals', () => {
    for (const shape of [[5], [9001, 2], [7, 11, 3], [3, 4, 5]]) {
      compare(() => tf.argMax(tf.round(tf.tensor(values(shape, 0, 4), shape)), -1), 0)
      compare(() => tf.argMin(tf.round(tf.tensor(values(shape, 0, 4), shape)), -1), 0)
      compare(() => tf.argMax(tf.tensor(values(shape, 0, 4), shape), 0), 0)
    }
  })

  it('sums without losing digits', () => {
    const sum = tf.sum(tf.fill([3_000_000], 0.1))
    expect(sum.dataSync()[0]).toBe(Math.fround(3_000_000 * Math.fround(0.1)))
    sum.dispose()
  })

  it('softmax and its logarithm', () => {
    for (const shape of [[5], [1, 1], [9001, 2], [2, 9, 11, 13, 3], [100, 33]]) {
      compare(() => tf.softmax(tf.tensor(values(shape, -9, 9), shape)), 1e-6)
      compare(() => tf.logSoftmax(tf.tensor(values(shape, 0, 9), shape)), 1e-4)
    }
    compare(
      () =>
        tf.softmax(
          tf.tensor2d([
            [1e30, -1e30],
            [-200, 200],
          ]),
        ),
      1e-6,
    )
  })
})

describe('moving values', () => {
  const x = (shape: number[]) => tf.tensor(values(shape, -9, 9), shape)
  it('slices boxes', () => {
    compare(() => tf.slice(x([40_000]), 17, 30_000), 0)
    compare(() => tf.slice(x([4, 9, 11, 13, 5]), [2], [2]), 0)
    compare(() => tf.slice(x([4, 9, 11, 13, 5]), [1, 2, 3, 4, 0], [2, 5, 6, 7, 5]), 0)
    compare(() => tf.slice(x([4, 9, 11, 13, 5]), [0, 0, 0, 0, 3], [4, 9, 11, 13, 1]), 0)
    compare(() => tf.slice(x([4, 9, 11, 13, 5]), [0, 1, 2, 3, 1], [4, 3, 3, 3, 2]), 0)
    compare(() => tf.slice(x([2, 3, 2, 3, 2, 3]), [0, 1, 0, 1, 0, 1], [1, 2, 1, 2, 1, 2]), 0)
    compare(() => tf.slice(tf.greater(x([9, 8, 7]), 0), [1, 2, 3], [5, 4, 3]), 0)
    compare(() => tf.slice(tf.cast(x([9, 8, 7]), 'int32'), [1, 0, 0], [0, 8, 7]), 0)
    compare(() => tf.unstack(x([3, 4, 5]), 1), 0)
    compare(() => tf.split(x([6, 5]), 3), 0)
    compare(() => tf.split(x([4, 9, 7]), [2, 3, 4], 1), 0)
    compare(() => tf.split(tf.cast(x([4, 6]), 'int32'), 2, -1), 0)
  })

  it('keeps a slice when the sliced tensor is gone', () => {
    const whole = tf.range(0, 100)
    const part = tf.slice(whole, 10, 20)
    whole.dispose()
    const other = tf.fill([100], 7)
    expect(Array.from(part.dataSync())).toEqual(Array.from({ length: 20 }, (_, i) => i + 10))
    tf.dispose([part, other])
  })

  it('joins, stacks, pads, repeats, gathers', () => {
    compare(() => tf.concat([x([2, 3, 4]), x([5, 3, 4])], 0), 0)
    compare(() => tf.concat([x([200, 30, 4]), x([200, 30, 16])], 2), 0)
    compare(() => tf.concat([x([20, 3, 4]), x([20, 1, 4]), x([20, 0, 4])], 1), 0)
    compare(() => tf.concat([x([90_000]), x([80_000])]), 0)
    compare(() => tf.concat([tf.greater(x([20, 3]), 0), tf.greater(x([20, 4]), 0)], 1), 0)
    compare(() => tf.stack([x([20, 3]), x([20, 3])], 0), 0)
    compare(() => tf.stack([x([20, 3]), x([20, 3])], 2), 0)
    compare(
      () =>
        tf.pad(
          x([2, 3, 4]),
          [
            [1, 2],
            [0, 1],
            [2, 0],
          ],
          5,
        ),
      0,
    )
    compare(
      () =>
        tf.pad(x([2, 30, 14, 2, 3]), [
          [0, 0],
          [1, 1],
          [2, 2],
          [3, 3],
          [0, 0],
        ]),
      0,
    )
    compare(() => tf.tile(x([200, 1, 30]), [1, 7, 1]), 0)
    compare(() => tf.tile(x([20, 3]), [2, 2]), 0)
    compare(() => tf.broadcastTo(x([1]), [30_000]), 0)
    compare(() => tf.broadcastTo(tf.cast(x([3, 1]), 'int32'), [3, 9000]), 0)
    compare(() => tf.gather(x([6, 5, 4]), tf.tensor1d([5, 0, 0, 2], 'int32')), 0)
    compare(
      () =>
        tf.gather(
          x([3, 6, 4]),
          tf.tensor2d(
            [
              [5, 0],
              [0, 2],
            ],
            [2, 2],
            'int32',
          ),
          1,
        ),
      0,
    )
    compare(() => tf.fill([3, 4], 2.5), 0)
    compare(() => tf.oneHot(tf.cast(tf.tensor(values([70, 9], -1, 4), [70, 9]), 'int32'), 3, 2, -1, 'float32'), 0)
    compare(() => tf.fill([30_001], 3, 'int32'), 0)
  })

  it('permutes axes', () => {
    compare(() => tf.transpose(x([30, 40])), 0)
    compare(() => tf.transpose(x([2, 3, 40, 50]), [0, 2, 3, 1]), 0)
    compare(() => tf.transpose(x([2, 3, 4, 5, 6]), [4, 2, 0, 3, 1]), 0)
    compare(() => tf.transpose(x([2, 3, 4, 5, 6]), [0, 4, 1, 2, 3]), 0)
    compare(() => tf.transpose(x([1, 9, 1, 8]), [3, 0, 1, 2]), 0)
    compare(() => tf.transpose(x([2, 3, 2, 3, 2, 3]), [5, 1, 3, 0, 2, 4]), 0)
    compare(() => tf.transpose(tf.cast(x([7, 9]), 'int32')), 0)
  })
})

describe('matrix products', () => {
  it.each([
    [3, 5, 4],
    [1, 1, 1],
    [7, 300, 9],
    [500, 16, 2],
    [500, 2, 16],
    [2, 20_000, 16],
    [3, 9001, 5],
  ])('[%i, %i] x [%i] in all four orders', (m, k, n) => {
    const x = (shape: number[]) => tf.tensor(values(shape, 0, 1), shape)
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      compare(() => tf.matMul(x(transposeA ? [k, m] : [m, k]), x(transposeB ? [n, k] : [k, n]), transposeA, transposeB), 3e-6)
    }
    compare(() => tf.matMul(x([2, m, k]), x([2, k, n])), 3e-6)
  })
})

describe('everything else is the cpu backend’s', () => {
  it('runs kernels that the engine has none for', () => {
    const x = (shape: number[]) => tf.tensor(values(shape, 0.1, 9), shape)
    compare(() => tf.matMul(x([6, 7]), x([7, 5])), 1e-6)
    compare(() => tf.cumsum(x([6, 7]), 1), 1e-6)
    compare(() => tf.oneHot(tf.tensor1d([1, 0, 2], 'int32'), 3), 0)
    compare(() => tf.topk(x([4, 9]), 3).values, 0)
    compare(() => tf.conv2d(x([1, 7, 7, 2]) as tf.Tensor4D, x([3, 3, 2, 4]) as tf.Tensor4D, 1, 'same'), 1e-5)
    compare(() => tf.log1p(x([50])), 1e-6)
    compare(() => tf.reverse(x([5, 4]), 0), 0)
    compare(() => tf.real(tf.complex(x([5]), x([5]))), 0)
  })

  it('finds a NaN in front, and no other, along every axis', () => {
    const x = () => tf.tensor(Float32Array.of(Number.NaN, 1, 3, Number.NaN, 5, Number.NaN, 2, 8, 4, 6, Number.NaN, 7), [2, 3, 2])
    for (const axis of [0, 1, 2]) {
      compare(() => tf.argMax(x(), axis), 0)
      compare(() => tf.argMin(x(), axis), 0)
    }
  })

  it('keeps lists of inputs in memory, as other inputs', () => {
    const splits = [tf.tensor1d([0, 2, 3], 'int32'), tf.tensor1d([0, 1, 3, 3], 'int32')]
    const inputs = [...splits, tf.tensor1d([5, 6, 7]), tf.tensor1d([1, 0], 'int32')] as const
    const { outputNestedSplits, outputDenseValues } = tf.raggedGather(splits, inputs[2]!, inputs[3]!, 2)
    expect(outputNestedSplits.map((split) => Array.from(split.dataSync()))).toEqual([
      [0, 1, 3],
      [0, 0, 1, 3],
    ])
    expect(Array.from(outputDenseValues.dataSync())).toEqual([5, 6, 7])
    tf.dispose([...inputs, ...outputNestedSplits, outputDenseValues])
  })

  it('registers every kernel of the contract and of the cpu backend', () => {
    const names = new Set(tf.getKernelsForBackend(BACKEND_NAME).map(({ kernelName }) => kernelName))
    for (const { kernelName } of tf.getKernelsForBackend('cpu')) expect(names).toContain(kernelName)
    for (const name of Object.keys(OWN_KERNELS)) expect(names).toContain(name)
  })
})
