import '@tensorflow/tfjs-backend-cpu'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'

/** Three voxels as a volume [1, 3, 1, 1]: logits (background, foreground) of two networks and the labels. */
export function threeVoxels() {
  return {
    v: tf.tensor5d([2, -1, 0.5, 0.2, -1, 3], [1, 3, 1, 1, 2]),
    r: tf.tensor5d([1, 0, -0.3, 0.4, -2, 1], [1, 3, 1, 1, 2]),
    labels: tf.tensor4d([0, 1, 1], [1, 3, 1, 1], 'int32'),
  }
}

/** Normally distributed numbers, a stream a purpose, seed 1. */
export function normal<R extends tf.Rank>(purpose: string, shape: tf.ShapeMap[R], scale = 1): tf.Tensor<R> {
  const values = new Float32Array(tf.util.sizeFromShape(shape))
  return tf.tensor<R>(random(1, purpose, 0, 0).fillNormal(values, 0, scale), shape)
}

/** Zeros and ones as int32, a stream a purpose, seed 1. */
export function bits<R extends tf.Rank>(purpose: string, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const stream = random(1, purpose, 0, 0)
  return tf.tensor<R>(
    Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.integer(0, 2)),
    shape,
    'int32',
  )
}

/** Gradients of a scalar with respect to `xs`; null where nothing leads from x to it. */
export function gradientsOf(value: () => tf.Scalar, xs: tf.Tensor[]): (Float32Array | null)[] {
  let gradients: (Float32Array | null)[] = []
  tf.tidy(() => {
    // Unlike tf.grads this lets an input be unreachable.
    const { grads } = tf.engine().gradients(value, xs, undefined, true)
    gradients = grads.map((gradient) => (gradient ? Float32Array.from(gradient.dataSync()) : null))
  })
  return gradients
}

/** Central differences in a few places; the losses run in float32, hence the wide step. */
export function centralDifferences(value: (x: tf.Tensor) => tf.Scalar, x: tf.Tensor, places: number[], step = 1e-2): number[] {
  const at = (place: number, shift: number) =>
    tf.tidy(() => {
      const moved = Float32Array.from(x.dataSync())
      moved[place]! += shift
      return value(tf.tensor(moved, x.shape)).dataSync()[0]!
    })
  return places.map((place) => (at(place, step) - at(place, -step)) / (2 * step))
}

export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync())
}

/** Compares element by element with an absolute tolerance. */
export function near(got: tf.Tensor | ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  const values = got instanceof tf.Tensor ? numbers(got) : Array.from(got)
  if (values.length !== expected.length) throw new Error(`${values.length} numbers instead of ${expected.length}`)
  values.forEach((value, i) => {
    if (!(Math.abs(value - expected[i]!) <= tolerance)) {
      throw new Error(`number ${i} is ${value}, expected ${expected[i]} within ${tolerance}; all: ${values.join(', ')}`)
    }
  })
}
