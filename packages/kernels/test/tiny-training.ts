import * as tf from '@tensorflow/tfjs-core'
import { convBatchNorm3d, sgdMomentumStep, softmaxCrossEntropy } from '../src/index'
import { random } from '../src/random'

/** A tensor of unit normals, the same for the same purpose. */
export function normal(shape: number[], purpose: string): tf.Tensor {
  const data = new Float32Array(tf.util.sizeFromShape(shape))
  random(3, purpose, 0, 0).fillNormal(data, 0, 1)
  return tf.tensor(data, shape)
}

/** Two layers, a loss and an optimiser step, as a training loop runs them. */
export class TinyTraining {
  readonly #x: tf.Tensor5D
  readonly #labels: tf.Tensor
  readonly #variables: tf.Variable[]
  readonly #velocities: tf.Variable[]

  constructor() {
    this.#x = normal([2, 9, 10, 11, 4], 'x') as tf.Tensor5D
    this.#labels = tf.tidy(() => tf.cast(tf.greater(normal([2, 9, 10, 11], 'labels'), 0), 'int32'))
    this.#variables = tf.tidy(() =>
      [
        normal([3, 3, 3, 4, 8], 'w1'),
        tf.ones([8]),
        tf.zeros([8]),
        normal([1, 1, 1, 8, 2], 'w2'),
        tf.ones([2]),
        tf.zeros([2]),
      ].map((start) => tf.variable(start)),
    )
    this.#velocities = tf.tidy(() => this.#variables.map((variable) => tf.variable(tf.zerosLike(variable))))
  }

  step(): number {
    const { value, grads } = tf.variableGrads(() => {
      const [w1, gamma1, beta1, w2, gamma2, beta2] = this.#variables as unknown as [
        tf.Tensor5D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor5D,
        tf.Tensor1D,
        tf.Tensor1D,
      ]
      const first = convBatchNorm3d(this.#x, { filter: w1, gamma: gamma1, beta: beta1, training: true, padding: 1, relu: true })
      const second = convBatchNorm3d(first.y, { filter: w2, gamma: gamma2, beta: beta2, training: true })
      return softmaxCrossEntropy(second.y, this.#labels)
    }, this.#variables)
    sgdMomentumStep(
      {
        parameters: this.#variables,
        gradients: this.#variables.map((variable) => grads[variable.name]!),
        velocities: this.#velocities,
      },
      { learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 },
    )
    const loss = value.dataSync()[0]!
    tf.dispose([value, grads])
    return loss
  }

  weights(): number[][] {
    return this.#variables.map((variable) => Array.from(variable.dataSync()))
  }

  dispose(): void {
    tf.dispose([this.#x, this.#labels, ...this.#variables, ...this.#velocities])
  }
}

/** A few steps from the same start: losses and the weights they lead to. */
export function train(steps: number): { losses: number[]; weights: number[][] } {
  const training = new TinyTraining()
  const losses = Array.from({ length: steps }, () => training.step())
  const weights = training.weights()
  training.dispose()
  return { losses, weights }
}
