import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { adamStep } from '../adam-step'
import { emaStep } from '../ema-step'
import { sgdMomentumStep } from '../sgd-momentum-step'
import { type Grid, normalGrid, tensorOf, zeroGrid } from './grid'
import { expectNear } from './measure'

const SEED = 31
/** A filter, a vector, a single number, and a length that no vector width divides. */
const SHAPES = [[3, 3, 3, 2, 5], [17], [1], [7, 3]]

function grids(purpose: string, seed = SEED): Grid[] {
  return SHAPES.map((shape, i) => normalGrid(shape, seed + i, purpose))
}

function zeros(): Grid[] {
  return SHAPES.map((shape) => zeroGrid(shape))
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
      expectNear(`list ${l}, tensor ${i}`, Float32Array.from(await variable.data()), expected[l]![i]!, tolerance)
      variable.dispose()
    }
  }
  expect(tf.memory().numTensors, 'tensors left behind').toBe(numTensors)
  expect(tf.memory().numDataBuffers, 'buffers left behind').toBe(numDataBuffers)
}

/** Optimiser and EMA steps against plain loops. */
export function stepSuite(tolerance: number): void {
  describe('sgdMomentumStep', () => {
    it("is PyTorch's SGD over several steps with a changing rate", async () => {
      const momentum = 0.9
      const weightDecay = 1e-2
      const steps = [0.1, 0.1, 0.01].map((learningRate, step) => ({
        gradients: grids('gradient', SEED + 10 * step),
        run: ([parameters, velocities]: tf.Variable[][], gradients: tf.Tensor[]) =>
          sgdMomentumStep(
            { parameters: parameters!, gradients, velocities: velocities! },
            { learningRate, momentum, weightDecay },
          ),
        reference: (values: number[], gradient: number) => {
          const [p, v] = values as [number, number]
          const velocity = momentum * v + gradient + weightDecay * p
          return [p - learningRate * velocity, velocity]
        },
      }))
      await compare([grids('parameter'), zeros()], tolerance, steps)
    })
  })

  describe('adamStep', () => {
    it("is PyTorch's Adam over several steps", async () => {
      const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }
      const steps = [1, 2, 3].map((step) => ({
        gradients: grids('gradient', SEED + 10 * step),
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
      await compare([grids('parameter'), zeros(), zeros()], tolerance, steps)
    })
  })

  describe('emaStep', () => {
    it.each([0, 0.5, 0.99, 1])('decay %s', async (decay) => {
      const steps = [0, 1].map((step) => ({
        gradients: grids('student', SEED + 10 * step),
        run: ([teacher]: tf.Variable[][], student: tf.Tensor[]) => emaStep(teacher!, student, decay),
        reference: (values: number[], student: number) => [decay * values[0]! + (1 - decay) * student],
      }))
      await compare([grids('teacher')], tolerance, steps)
    })

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
