import * as tf from '@tensorflow/tfjs-core'
import { convBatchNorm3d, sgdMomentumStep, softmaxCrossEntropy } from '../src/index'
import { random } from '../src/random'

const X = [2, 12, 11, 10, 1]

/** A tensor of normals, the same for the same purpose. */
export function normal(shape: number[], purpose: string, deviation = 1): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape))
  random(3, purpose, 0, 0).fillNormal(values, 0, deviation)
  return tf.tensor(values, shape)
}

/** The starting values go, the variables stay. */
function variables(starts: readonly (() => tf.Tensor)[]): tf.Variable[] {
  return tf.tidy(() => starts.map((start) => tf.variable(start())))
}

/** Down, up again, and a head, trained on one batch: what a network of this project runs, in small. */
export class TinyTraining {
  readonly #x = normal(X, 'x') as tf.Tensor5D
  readonly #labels = tf.tidy(() => tf.cast(tf.greater(tf.squeeze(this.#x, [4]), 0.3), 'int32'))
  readonly #filters = variables([
    () => normal([3, 3, 3, 1, 8], 'a', 0.3),
    () => normal([2, 2, 2, 8, 16], 'down', 0.2),
    () => normal([2, 2, 2, 8, 16], 'up', 0.2),
    () => normal([3, 3, 3, 8, 2], 'head', 0.1),
  ])
  readonly #gammas = variables([8, 16, 8, 2].map((channels) => () => tf.ones([channels])))
  readonly #betas = variables([8, 16, 8, 2].map((channels) => () => tf.zeros([channels])))
  readonly #parameters = [...this.#filters, ...this.#gammas, ...this.#betas]
  readonly #velocities = variables(this.#parameters.map((parameter) => () => tf.zerosLike(parameter)))

  /** @returns the loss before the step */
  step(): number {
    const { value, grads } = tf.variableGrads(() => softmaxCrossEntropy(this.#logits(), this.#labels), this.#parameters)
    const gradients = this.#parameters.map(({ name }) => grads[name]!)
    const rates = { learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }
    sgdMomentumStep({ parameters: this.#parameters, gradients, velocities: this.#velocities }, rates)
    const loss = value.dataSync()[0]!
    tf.dispose([value, grads])
    return loss
  }

  weights(): number[][] {
    return this.#parameters.map((parameter) => Array.from(parameter.dataSync()))
  }

  dispose(): void {
    tf.dispose([this.#x, this.#labels, ...this.#parameters, ...this.#velocities])
  }

  #logits(): tf.Tensor5D {
    const layer = (at: number, x: tf.Tensor5D, own: object) => {
      const filter = this.#filters[at] as tf.Tensor as tf.Tensor5D
      const [gamma, beta] = [this.#gammas[at], this.#betas[at]] as unknown as [tf.Tensor1D, tf.Tensor1D]
      return convBatchNorm3d(x, { filter, gamma, beta, training: true, ...own }).y
    }
    const top = layer(0, this.#x, { padding: 1, relu: true })
    const bottom = layer(1, top, { stride: 2, relu: true })
    // The odd axis loses a plane on the way down, which is given back as zeros.
    const [, x, y, z] = bottom.shape
    const up = layer(2, bottom, { stride: 2, transposed: true, relu: true })
    const back = tf.pad(up, [[0, 0], ...[x, y, z].map((n, axis) => [0, X[axis + 1]! - 2 * n] as [number, number]), [0, 0]])
    return layer(3, back as tf.Tensor5D, { padding: 1, residual: null })
  }
}

/** Some steps from the same start: losses and the weights they lead to. */
export function train(steps: number): { losses: number[]; weights: number[][] } {
  const training = new TinyTraining()
  const losses = Array.from({ length: steps }, () => training.step())
  const weights = training.weights()
  training.dispose()
  return { losses, weights }
}
