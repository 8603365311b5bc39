import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AdamOptions, adamStep } from '../adam-step'
import { emaStep } from '../ema-step'
import { sgdMomentumStep } from '../sgd-momentum-step'
import { type Grid, normalGrid, tensorOf, zeroGrid } from './grid'
import { expectNear } from './measure'
import { holdsOnOddShapes, oddTensors } from './odd-shapes'

const SEED = 31
/** A filter, a vector, a single number, and a length that no vector width divides. */
const SHAPES = [[3, 3, 3, 2, 5], [17], [1], [7, 3]]

/** Moments of the gradient are small where their decay is near 1; a single number may also have come near 0. */
const SMALLEST_SIZE = 1e-2

type Shapes = readonly (readonly number[])[]

function grids(shapes: Shapes, purpose: string, step = 0): Grid[] {
  return shapes.map((shape, i) => normalGrid(shape, SEED + 10 * step + i, purpose))
}

function zeros(shapes: Shapes): Grid[] {
  return shapes.map((shape) => zeroGrid(shape))
}

/**
 * Runs steps on variables that start from the lists, compares them with the same steps in float64, and checks that nothing is left and
 * that tensors handed in as gradients are untouched.
 */
async function compare(
  lists: readonly (readonly Grid[])[],
  tolerance: number,
  steps: readonly {
    gradients: readonly Grid[]
    run: (variables: tf.Variable[][], gradients: tf.Tensor[]) => void
    /** Changes the numbers of one position in all lists, given its gradient. */
    reference: (values: number[], gradient: number) => number[]
  }[],
): Promise<void> {
  const { numTensors, numDataBuffers } = tf.memory()
  const variables = lists.map((list) => list.map((grid) => tf.tidy(() => tf.variable(tensorOf(grid)))))
  const expected = lists.map((list) => list.map((grid) => ({ shape: grid.shape, data: grid.data.slice() })))
  for (const { gradients, run, reference } of steps) {
    const tensors = gradients.map((grid) => tensorOf(grid))
    run(variables, tensors)
    for (const [i, gradient] of gradients.entries()) {
      expect(await tensors[i]!.data(), 'gradient handed in').toEqual(Float32Array.from(gradient.data))
      for (const [j, g] of gradient.data.entries()) {
        const moved = reference(
          expected.map((list) => list[i]!.data[j]!),
          g,
        )
        for (const [l, value] of moved.entries()) expected[l]![i]!.data[j] = value
      }
    }
    tf.dispose(tensors)
  }
  for (const [l, list] of variables.entries()) {
    for (const [i, variable] of list.entries()) {
      expectNear(`list ${l}, tensor ${i}`, Float32Array.from(await variable.data()), expected[l]![i]!, tolerance, SMALLEST_SIZE)
      variable.dispose()
    }
  }
  expect(tf.memory().numTensors, 'tensors left behind').toBe(numTensors)
  expect(tf.memory().numDataBuffers, 'buffers left behind').toBe(numDataBuffers)
}

interface SgdCase {
  readonly shapes: Shapes
  readonly rates: readonly number[]
  readonly momentum: number
  readonly weightDecay: number
}

function expectSgd({ shapes, rates, momentum, weightDecay }: SgdCase, tolerance: number): Promise<void> {
  const steps = rates.map((learningRate, step) => ({
    gradients: grids(shapes, 'gradient', step),
    run: ([parameters, velocities]: tf.Variable[][], gradients: tf.Tensor[]) =>
      sgdMomentumStep({ parameters: parameters!, gradients, velocities: velocities! }, { learningRate, momentum, weightDecay }),
    reference: (values: number[], gradient: number) => {
      const [p, v] = values as [number, number]
      const velocity = momentum * v + gradient + weightDecay * p
      return [p - learningRate * velocity, velocity]
    },
  }))
  return compare([grids(shapes, 'parameter'), zeros(shapes)], tolerance, steps)
}

type AdamCase = Omit<AdamOptions, 'step'> & { readonly shapes: Shapes }

function expectAdam({ shapes, ...options }: AdamCase, tolerance: number): Promise<void> {
  const steps = [1, 2, 3].map((step) => ({
    gradients: grids(shapes, 'gradient', step),
    run: ([parameters, firstMoments, secondMoments]: tf.Variable[][], gradients: tf.Tensor[]) =>
      adamStep(
        { parameters: parameters!, gradients, firstMoments: firstMoments!, secondMoments: secondMoments! },
        { ...options, step },
      ),
    reference: (values: number[], gradient: number) => {
      const [p, m, v] = values as [number, number, number]
      const first = options.beta1 * m + (1 - options.beta1) * gradient
      const second = options.beta2 * v + (1 - options.beta2) * gradient ** 2
      const deviation = Math.sqrt(second / (1 - options.beta2 ** step)) + options.epsilon
      return [p - (options.learningRate * first) / (1 - options.beta1 ** step) / deviation, first, second]
    },
  }))
  return compare([grids(shapes, 'parameter'), zeros(shapes), zeros(shapes)], tolerance, steps)
}

function expectEma(shapes: Shapes, decay: number, tolerance: number): Promise<void> {
  const steps = [0, 1].map((step) => ({
    gradients: grids(shapes, 'student', step),
    run: ([teacher]: tf.Variable[][], student: tf.Tensor[]) => emaStep(teacher!, student, decay),
    reference: (values: number[], student: number) => [decay * values[0]! + (1 - decay) * student],
  }))
  return compare([grids(shapes, 'teacher')], tolerance, steps)
}

/** Lists of one to four tensors; the first one's shape is what makes a case odd. */
const lists = fc.array(oddTensors(500), { minLength: 1, maxLength: 4 })

function firstOf({ shapes }: { shapes: Shapes }): readonly number[] {
  return shapes[0]!
}

/** Optimiser and EMA steps against plain loops. */
export function stepSuite(tolerance: number): void {
  describe('sgdMomentumStep', () => {
    it("is PyTorch's SGD over several steps with a changing rate", () =>
      expectSgd({ shapes: SHAPES, rates: [0.1, 0.1, 0.01], momentum: 0.9, weightDecay: 1e-2 }, tolerance))

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.record({
          shapes: lists,
          rates: fc.array(fc.constantFrom(0, 1e-3, 0.1), { minLength: 1, maxLength: 3 }),
          momentum: fc.constantFrom(0, 0.5, 0.9),
          weightDecay: fc.constantFrom(0, 1e-4, 0.1),
        }),
        firstOf,
        (entry) => expectSgd(entry, tolerance),
      ))
  })

  describe('adamStep', () => {
    it("is PyTorch's Adam over several steps", () =>
      expectAdam({ shapes: SHAPES, learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }, tolerance))

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.record({
          shapes: lists,
          learningRate: fc.constantFrom(0, 1e-4, 0.01),
          beta1: fc.constantFrom(0, 0.5, 0.9),
          beta2: fc.constantFrom(0, 0.9, 0.999),
          epsilon: fc.constantFrom(1e-8, 1e-3),
        }),
        firstOf,
        (entry) => expectAdam(entry, tolerance),
      ))
  })

  describe('emaStep', () => {
    it.each([0, 0.5, 0.99, 1])('decay %s', (decay) => expectEma(SHAPES, decay, tolerance))

    it('agrees on odd shapes', () =>
      holdsOnOddShapes(
        fc.record({ shapes: lists, decay: fc.constantFrom(0, 0.3, 0.99, 0.999, 1) }),
        firstOf,
        ({ shapes, decay }) => expectEma(shapes, decay, tolerance),
      ))

    it('leaves the student alone and separate', async () => {
      const student = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
      const teacher = tf.tidy(() => tf.variable(tf.tensor1d([4, 5, 6])))
      emaStep([teacher], [student], 0)
      emaStep([teacher], [teacher], 0.5)
      expect(Array.from(await teacher.data())).toEqual([1, 2, 3])
      const next = tf.tensor1d([7, 8, 9])
      student.assign(next)
      expect(Array.from(await teacher.data())).toEqual([1, 2, 3])
      tf.dispose([student, teacher, next])
    })
  })
}
