import { adamStep, sgdMomentumStep } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { type GroupResult, runCases } from './report'
import type { OptimiserTable } from './step-kit'

/** The tables are short sums in single precision here. */
const TOLERANCE = 1e-6

/** The `optimizers` of step.json: SGD and Adam on a few numbers. */
export function runOptimisers(tables: readonly OptimiserTable[]): GroupResult {
  return runCases(
    'step optimizers',
    tables,
    ({ name }) => name,
    (table, compare) => {
      const { options, initial, gradients, parametersAfterStep } = table
      tf.tidy(() => {
        const parameters = [tf.variable(tf.tensor1d(initial))]
        const first = [tf.variable(tf.zerosLike(parameters[0]!))]
        const second = [tf.variable(tf.zerosLike(parameters[0]!))]
        gradients.forEach((values, i) => {
          const gradient = [tf.tensor1d(values)]
          const learningRate = typeof options.lr === 'number' ? options.lr : options.lr[i]!
          const { momentum = 0, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, eps: epsilon = 1e-8 } = options
          if (options.type === 'adam') {
            adamStep(
              { parameters, gradients: gradient, firstMoments: first, secondMoments: second },
              { learningRate, beta1, beta2, epsilon, step: i + 1 },
            )
          } else if (options.type === 'sgd') {
            sgdMomentumStep({ parameters, gradients: gradient, velocities: first }, { learningRate, momentum, weightDecay })
          } else {
            throw new Error(`no optimiser '${options.type}' is built`)
          }
          const expected = parametersAfterStep[i]!
          compare.array(`step ${i}`, parameters[0]!.dataSync(), expected, (value) => TOLERANCE * Math.max(1, Math.abs(value)))
        })
        for (const variable of [...parameters, ...first, ...second]) variable.dispose()
      })
    },
  )
}
