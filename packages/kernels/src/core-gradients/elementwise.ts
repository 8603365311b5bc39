import * as tf from '@tensorflow/tfjs-core'
import { binary, flat, fromAttrs, fromInput, fromOutput } from './rules'

/** 1 where true, 0 where false. */
function mask(condition: tf.Tensor): tf.Tensor {
  return tf.cast(condition, 'float32')
}

/** Gradients of the ops that work number by number. */
export const ELEMENTWISE: readonly tf.GradConfig[] = [
  binary(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  binary(
    'Sub',
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  binary(
    'Multiply',
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  binary(
    'RealDiv',
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  binary(
    'SquaredDifference',
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  // Where equal, the first takes it all: so a lower or upper bound given second lets the gradient through at the bound.
  binary(
    'Maximum',
    (dy, a, b) => tf.mul(dy, mask(tf.greaterEqual(a, b))),
    (dy, a, b) => tf.mul(dy, mask(tf.less(a, b))),
  ),
  binary(
    'Minimum',
    (dy, a, b) => tf.mul(dy, mask(tf.lessEqual(a, b))),
    (dy, a, b) => tf.mul(dy, mask(tf.greater(a, b))),
  ),
  binary(
    'Pow',
    // For an exponent of 0 the slope is 0 everywhere, also at a base of 0 where the formula would say 0 times infinity.
    (dy, a, b) => {
      const one = tf.onesLike(b)
      const exponent = tf.where(tf.equal(b, 0), one, b)
      return tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(exponent, one))))
    },
    (dy, a, b) => {
      const positive = tf.greater(a, 0)
      const logarithm = tf.log(tf.where(positive, a, tf.onesLike(a)))
      return tf.mul(dy, tf.mul(tf.pow(a, b), logarithm))
    },
  ),
  fromAttrs('Neg', (dy) => tf.neg(dy)),
  fromAttrs('Identity', (dy) => tf.clone(dy)),
  // A cast that rounds, or tells only zero from the rest, is a staircase: flat.
  fromInput('Cast', (dy, x, { dtype }) =>
    (x.dtype === 'float32' && dtype === 'int32') || (x.dtype !== 'bool' && dtype === 'bool') ? tf.zeros(dy.shape) : tf.clone(dy),
  ),
  fromOutput('Exp', (dy, y) => tf.mul(dy, y)),
  fromOutput('Expm1', (dy, y) => tf.mul(dy, tf.add(y, 1))),
  fromInput('Log', (dy, x) => tf.div(dy, x)),
  fromInput('Log1p', (dy, x) => tf.div(dy, tf.add(x, 1))),
  fromOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  fromOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(tf.mul(tf.square(y), y), -0.5))),
  fromOutput('Reciprocal', (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  fromInput('Square', (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  // At 0 the slope from below, as tfjs-core has it: its sigmoid cross entropy, of `abs` and a `relu` that is flat there, then has its own.
  fromInput('Abs', (dy, x) => tf.mul(dy, tf.step(x, -1))),
  fromInput('Relu', (dy, x) => tf.mul(dy, tf.step(x))),
  fromInput('LeakyRelu', (dy, x, { alpha }) => tf.mul(dy, tf.step(x, alpha as number))),
  fromOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  fromOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  fromInput('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  fromInput('ClipByValue', (dy, x, { clipValueMin, clipValueMax }) =>
    tf.mul(dy, mask(tf.logicalAnd(tf.greaterEqual(x, clipValueMin as number), tf.lessEqual(x, clipValueMax as number)))),
  ),
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, saved) => {
      const condition = saved[0]!
      return {
        condition: () => tf.zeros(condition.shape),
        t: () => tf.mul(dy as tf.Tensor, mask(condition)),
        e: () => tf.mul(dy as tf.Tensor, mask(tf.logicalNot(condition))),
      }
    },
  },
  ...['Floor', 'Ceil', 'Round', 'Sign', 'Step', 'ZerosLike', 'OnesLike', 'IsNan', 'IsFinite', 'LogicalNot'].map((name) =>
    flat(name, 'x'),
  ),
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr'].map((name) =>
    flat(name, 'a', 'b'),
  ),
  flat('ArgMax', 'x'),
  flat('ArgMin', 'x'),
  flat('OneHot', 'indices'),
]
