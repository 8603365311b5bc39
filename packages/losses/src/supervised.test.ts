import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { bits, gradientsOf, near, normal, threeVoxels } from '../test/cases'
import {
  binaryCrossEntropy,
  crossEntropy,
  crossEntropyMap,
  diceLoss,
  diceLossLinear,
  diceLossOverClasses,
  foregroundProbs,
  maskedCrossEntropy,
  predictedLabels,
  sigmoidProbs,
  unionForeground,
} from './index'

beforeAll(() => tf.setBackend('cpu'))

describe('crossEntropy', () => {
  it('is the mean of its map', () => {
    const { v, labels } = threeVoxels()
    near(crossEntropy(v, labels), [0.3070309])
    near(tf.mean(crossEntropyMap(v, labels)), [0.3070309])
  })

  it('takes any number of classes', () => {
    near(crossEntropy(tf.zeros([5, 4]), tf.tensor1d([0, 1, 2, 3, 3], 'int32')), [Math.log(4)])
  })

  it('stays finite where the network is certain and wrong', () => {
    const logits = tf.tensor2d([200, -200], [1, 2])
    near(crossEntropy(logits, tf.tensor1d([1], 'int32')), [400])
    near(gradientsOf(() => crossEntropy(logits, tf.tensor1d([1], 'int32')), [logits])[0]!, [1, -1])
  })

  it('refuses labels outside the classes, of another shape, and scores without classes', () => {
    const { v } = threeVoxels()
    const labels = (...values: number[]) => tf.tensor4d(values, [1, 3, 1, 1], 'int32')
    expect(() => crossEntropy(v, labels(0, 2, 1))).toThrow('crossEntropy: labels hold the value 2; expected integers from 0 to 1')
    expect(() => crossEntropy(v, labels(0, -1, 1))).toThrow(
      'crossEntropy: labels hold the value -1; expected integers from 0 to 1',
    )
    expect(() => crossEntropy(v, tf.zeros([1, 2, 1, 1], 'int32'))).toThrow(
      'crossEntropy: labels [1,2,1,1] does not match logits [1,3,1,1,2]; expected [1,3,1,1]',
    )
    expect(() => crossEntropy(tf.zeros([2, 1]), tf.zeros([2], 'int32'))).toThrow('crossEntropy: logits [2,1] has no class axis')
  })

  it('names the code of what went wrong', () => {
    const { v } = threeVoxels()
    const codeOf = (call: () => void) => {
      try {
        call()
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    expect(codeOf(() => crossEntropy(v, tf.zeros([2], 'int32')))).toBe('DUALSEG_SHAPE')
    expect(codeOf(() => crossEntropy(v, tf.fill([1, 3, 1, 1], 7, 'int32')))).toBe('DUALSEG_VALUE')
  })
})

describe('diceLossOverClasses', () => {
  const probs = () => tf.softmax(normal<tf.Rank.R5>('p', [2, 3, 2, 2, 3]))
  const labels = () => tf.add(bits<tf.Rank.R4>('a', [2, 3, 2, 2]), bits<tf.Rank.R4>('b', [2, 3, 2, 2]))

  it('is the mean of the classes that count, in either form', () => {
    const [p, t] = [probs(), labels()]
    const of = (c: number, loss: typeof diceLoss) => loss(foregroundProbs(p, c), tf.cast(tf.equal(t, c), 'int32')).dataSync()[0]!
    near(diceLossOverClasses(p, t), [(of(0, diceLoss) + of(1, diceLoss) + of(2, diceLoss)) / 3])
    near(diceLossOverClasses(p, t, { background: false }), [(of(1, diceLoss) + of(2, diceLoss)) / 2])
    const linear = diceLossOverClasses(p, t, { background: false, denominator: 'sums' })
    near(linear, [(of(1, diceLossLinear) + of(2, diceLossLinear)) / 2])
  })

  it('is of two classes without the background that of the foreground, to the bit', () => {
    const { v, labels: t } = threeVoxels()
    const p = tf.softmax(v)
    near(diceLossOverClasses(p, t, { background: false }), diceLoss(foregroundProbs(p), t).dataSync(), 0)
    const options = { background: false, denominator: 'sums' } as const
    near(diceLossOverClasses(p, t, options), diceLossLinear(foregroundProbs(p), t).dataSync(), 0)
  })
})

describe('maskedCrossEntropy', () => {
  it('is the mean over the kept voxels', () => {
    const { v, labels } = threeVoxels()
    const map = Array.from(crossEntropyMap(v, labels).dataSync())
    near(maskedCrossEntropy(v, labels, tf.tensor4d([1, 0, 1], [1, 3, 1, 1])), [(map[0]! + map[2]!) / 2])
    near(maskedCrossEntropy(v, labels, tf.onesLike(labels)), [0.3070309])
  })

  it('is 0, or NaN if asked for, where nothing is kept, and teaches nothing', () => {
    const { v, labels } = threeVoxels()
    const nothing = tf.zeros([1, 3, 1, 1])
    expect(maskedCrossEntropy(v, labels, nothing).dataSync()[0]).toBe(0)
    expect(maskedCrossEntropy(v, labels, nothing, { ifEmpty: Number.NaN }).dataSync()[0]).toBeNaN()
    const infinite = () =>
      tf.mul<tf.Scalar>(maskedCrossEntropy(v, labels, nothing, { ifEmpty: Number.NaN }), Number.POSITIVE_INFINITY)
    near(gradientsOf(infinite, [v])[0]!, new Array(6).fill(0), 0)
  })

  it('refuses a mask with NaN', () => {
    const { v, labels } = threeVoxels()
    const mask = tf.tensor4d([1, Number.NaN, 0], [1, 3, 1, 1])
    expect(() => maskedCrossEntropy(v, labels, mask)).toThrow(
      'maskedCrossEntropy: mask holds the value NaN; expected 0 or 1 in every voxel',
    )
  })
})

describe('diceLoss', () => {
  it('has squares below, diceLossLinear has not', () => {
    const { v, labels } = threeVoxels()
    const foreground = foregroundProbs(tf.softmax(v))
    near(foreground, [0.0474259, 0.4255575, 0.9820138])
    near(diceLoss(foreground, labels), [0.1056505])
    near(diceLossLinear(foreground, labels), [0.1851969])
  })

  it('is 0 for two empty volumes and for a perfect prediction, 1 for a miss', () => {
    const one = tf.ones([1, 2, 2, 2])
    const none = tf.zeros([1, 2, 2, 2])
    near(diceLoss(none, none), [0])
    near(diceLoss(one, one), [0])
    near(diceLoss(none, one), [1], 1e-5)
    near(diceLossLinear(one, none), [1], 1e-5)
  })

  it('does not depend on the order of the samples', () => {
    const probs = tf.sigmoid(normal<tf.Rank.R4>('dice', [3, 2, 2, 2]))
    const labels = bits<tf.Rank.R4>('dice labels', [3, 2, 2, 2])
    near(diceLoss(tf.reverse(probs, 0), tf.reverse(tf.cast(labels, 'float32'), 0)), diceLoss(probs, labels).dataSync())
  })

  it('takes the mean over the classes, background included', () => {
    const { v, labels } = threeVoxels()
    const probs = tf.softmax(v)
    const background = diceLoss(foregroundProbs(probs, 0), tf.sub(1, labels)).dataSync()[0]!
    near(diceLossOverClasses(probs, labels), [(background + 0.1056505) / 2])
  })

  it('refuses class axes, other labels and a NaN smooth', () => {
    const { v, labels } = threeVoxels()
    const foreground = foregroundProbs(tf.softmax(v))
    expect(() => diceLoss(tf.softmax(v), labels)).toThrow(
      'diceLoss: labels [1,3,1,1] does not match probs [1,3,1,1,2]; both must have the same shape',
    )
    expect(() => diceLoss(foreground, tf.fill([1, 3, 1, 1], 255, 'int32'))).toThrow(
      'diceLoss: labels hold the value 255; expected integers from 0 to 1',
    )
    expect(() => diceLoss(foreground, labels, { smooth: Number.NaN })).toThrow('diceLoss: smooth is NaN')
  })
})

describe('foregroundProbs', () => {
  it('refuses a class that does not exist', () => {
    expect(() => foregroundProbs(tf.zeros([1, 2, 2, 2, 2]), 2)).toThrow(
      'foregroundProbs: class 2 does not exist; probs [1,2,2,2,2] hold classes 0 to 1',
    )
  })
})

describe('predictedLabels', () => {
  it('gives ties to the background', () => {
    near(predictedLabels(tf.tensor2d([1, 1, 0, 2, 3, 2], [3, 2])), [0, 1, 0])
  })

  it('joins the foregrounds of two networks', () => {
    const a = tf.tensor2d([0, 1, 1, 0, 1, 0], [3, 2])
    const b = tf.tensor2d([1, 0, 0, 1, 1, 0], [3, 2])
    near(unionForeground(a, b), [1, 1, 0])
  })
})

describe('binaryCrossEntropy', () => {
  it('equals the cross-entropy of two classes with logits 0 and z', () => {
    const z = normal<tf.Rank.R5>('bce', [2, 2, 2, 2, 1])
    const labels = bits<tf.Rank.R4>('bce labels', [2, 2, 2, 2])
    near(binaryCrossEntropy(z, labels), crossEntropy(tf.concat([tf.zerosLike(z), z], -1), labels).dataSync())
  })

  it('stays finite for large logits', () => {
    near(binaryCrossEntropy(tf.tensor5d([300, -300], [1, 2, 1, 1, 1]), tf.tensor4d([0, 0], [1, 2, 1, 1], 'int32')), [150])
  })

  it('takes one channel only', () => {
    expect(() => sigmoidProbs(tf.zeros([1, 2, 2, 2, 2]))).toThrow('sigmoidProbs: logit [1,2,2,2,2] has no single channel')
  })
})
