import * as tf from '@tensorflow/tfjs-core'

// Short ways to write the gradient of a kernel of tfjs-core. A rule must return a new tensor, never dy itself: tfjs disposes what it
// accumulates, and dy may be wanted by the other inputs.

type Grad = tf.Tensor

/** A kernel with the one input `x`, whose gradient needs x. */
export function fromInput(
  kernelName: string,
  dx: (dy: Grad, x: tf.Tensor, attrs: tf.NamedAttrMap) => Grad,
  input = 'x',
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, [x], attrs) => ({ [input]: () => dx(dy as Grad, x!, attrs) }),
  }
}

/** A kernel with one input, whose gradient needs only the output y. */
export function fromOutput(
  kernelName: string,
  dx: (dy: Grad, y: tf.Tensor, attrs: tf.NamedAttrMap) => Grad,
  input = 'x',
): tf.GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y], attrs) => ({ [input]: () => dx(dy as Grad, y!, attrs) }),
  }
}

/** A kernel with one input, whose gradient needs neither. */
export function fromAttrs(kernelName: string, dx: (dy: Grad, attrs: tf.NamedAttrMap) => Grad): tf.GradConfig {
  return { kernelName, gradFunc: (dy, _saved, attrs) => ({ x: () => dx(dy as Grad, attrs) }) }
}

/** A kernel with inputs `a` and `b` that broadcast; both gradients come in the output's shape and are summed to the input's. */
export function binary(
  kernelName: string,
  da: (dy: Grad, a: tf.Tensor, b: tf.Tensor) => Grad,
  db: (dy: Grad, a: tf.Tensor, b: tf.Tensor) => Grad,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor]
      return { a: () => sumTo(da(dy as Grad, a, b), a.shape), b: () => sumTo(db(dy as Grad, a, b), b.shape) }
    },
  }
}

/** A kernel whose output does not change with its inputs, almost everywhere. */
export function flat(kernelName: string, ...inputs: string[]): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: inputs,
    gradFunc: (_dy, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros(saved[i]!.shape)])),
  }
}

/** Undoes broadcasting: sums over the axes along which a tensor of `shape` was repeated, also no times. Always a new tensor. */
export function sumTo(grad: Grad, shape: number[]): Grad {
  if (grad.size === 0) return tf.zeros(shape)
  const axes = tf.backend_util.getReductionAxes(shape, grad.shape)
  return tf.reshape(axes.length > 0 ? tf.sum(grad, axes) : grad, shape)
}

/** The shape of a reduction's result with its axes kept as 1. */
export function keptShape(shape: number[], axis: tf.Attribute | undefined): number[] {
  const axes = tf.util.parseAxisParam(axis as number | number[], shape)
  return shape.map((size, i) => (axes.includes(i) ? 1 : size))
}

/** Repeats a reduction's gradient over the reduced axes. */
export function expandTo(dy: Grad, x: tf.Tensor, axis: tf.Attribute | undefined): Grad {
  const kept = keptShape(x.shape, axis)
  // Without its leading ones: a scalar or a vector of channels is what backends broadcast fastest.
  const first = kept.findIndex((size) => size !== 1)
  return tf.mul(tf.ones(x.shape), tf.reshape(dy, first === -1 ? [] : kept.slice(first)))
}
