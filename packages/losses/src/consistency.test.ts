import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradientsOf, near, normal, numbers, threeVoxels } from '../test/cases'
import {
  certaintyMask,
  cosineConsistency,
  disagreementMask,
  dualTaskConsistency,
  entropyMap,
  entropyMinimisation,
  interpolationConsistency,
  klDivergenceMap,
  levelSetProbs,
  maskedMeanSquared,
  maskedSoftmaxMse,
  meanSoftmax,
  meanSquaredProbs,
  mistakeLoss,
  mixup,
  mutualConsistency,
  pyramidConsistency,
  rectifiedPseudoLabelLoss,
  sharpen,
  sharpenElementwise,
  sharpenedConsistency,
  signedDistanceLoss,
  softmaxMse,
  symmetricKl,
  withoutGradient,
} from './index'

beforeAll(() => tf.setBackend('cpu'))

describe('softmaxMse', () => {
  it('takes the softmax of both sides, meanSquaredProbs of neither', () => {
    const { v, r } = threeVoxels()
    near(softmaxMse(v, r), meanSquaredProbs(tf.softmax(v), tf.softmax(r)).dataSync())
    expect(softmaxMse(v, v).dataSync()[0]).toBe(0)
  })

  it('refuses other shapes', () => {
    const { v } = threeVoxels()
    expect(() => softmaxMse(v, tf.zeros([1, 3, 1, 2, 2]))).toThrow(
      'softmaxMse: teacherLogits [1,3,1,2,2] does not match studentLogits [1,3,1,1,2]',
    )
  })
})

describe('maskedSoftmaxMse', () => {
  it('is the plain mean under a full mask, and 0 without gradient under an empty one', () => {
    const { v, r } = threeVoxels()
    near(maskedSoftmaxMse(v, r, tf.ones([1, 3, 1, 1])), softmaxMse(v, r).dataSync())
    const nothing = tf.zeros([1, 3, 1, 1])
    expect(maskedSoftmaxMse(v, r, nothing).dataSync()[0]).toBe(0)
    near(gradientsOf(() => maskedSoftmaxMse(v, r, nothing), [v])[0]!, new Array(6).fill(0), 0)
  })

  it('refuses masks that are no masks', () => {
    const p = tf.ones([1, 3, 1, 1])
    expect(() => maskedMeanSquared(p, p, tf.fill([1, 3, 1, 1], 0.5))).toThrow(
      'maskedMeanSquared: mask holds the value 0.5; expected 0 or 1',
    )
    expect(() => maskedMeanSquared(p, p, tf.ones([1, 3, 1, 2]))).toThrow(
      'maskedMeanSquared: mask [1,3,1,2] does not match probs [1,3,1,1]',
    )
  })
})

describe('meanSoftmax', () => {
  it('averages passes however they are stacked', () => {
    const passes = ['a', 'b', 'c', 'd'].map((name) => normal<tf.Rank.R5>(name, [2, 2, 1, 1, 2]))
    const expected = tf.div(tf.addN(passes.map((z) => tf.softmax(z))), 4)
    near(meanSoftmax(passes, 2), expected.dataSync())
    near(meanSoftmax([tf.concat(passes.slice(0, 2)), tf.concat(passes.slice(2))], 2), expected.dataSync())
  })

  it('refuses half a pass', () => {
    expect(() => meanSoftmax([tf.zeros([3, 2, 1, 1, 2])], 2)).toThrow(
      'meanSoftmax: passes[0] [3,2,1,1,2] is not a multiple of 2 samples',
    )
    expect(() => meanSoftmax([], 2)).toThrow('meanSoftmax: 0 passes were given; expected at least 1')
  })
})

describe('entropyMap', () => {
  it('is 0 for certainty and ln 2, or 1, for ignorance', () => {
    const probs = tf.tensor2d([1, 0, 0.5, 0.5], [2, 2])
    near(entropyMap(probs), [0, Math.LN2], 3e-6)
    near(entropyMap(probs, { normalise: true }), [0, 1], 3e-6)
    near(certaintyMask(probs, 0.5), [1, 0])
  })

  it('is that of the three voxels', () => {
    near(entropyMap(tf.softmax(threeVoxels().v), { epsilon: 1e-10 }), [0.190865, 0.6820225, 0.0900948])
  })

  it('has finite gradients at 0 and 1', () => {
    const probs = tf.tensor2d([1, 0], [1, 2])
    for (const value of gradientsOf(() => tf.mean<tf.Scalar>(entropyMap(probs, { epsilon: 1e-10 })), [probs])[0]!)
      expect(value).toSatisfy(Number.isFinite)
  })

  it('refuses a logarithm of 0', () => {
    expect(() => entropyMap(tf.ones([1, 2]), { epsilon: 0 })).toThrow(
      'entropyMap: epsilon is 0; expected a finite number above 0',
    )
  })

  it('is smallest for the certain network', () => {
    const z = threeVoxels().v
    expect(numbers(entropyMinimisation(tf.mul(z, 4)))[0]).toBeLessThan(numbers(entropyMinimisation(z))[0]!)
  })
})

describe('sharpen', () => {
  it('sharpens either way to the same numbers for two classes', () => {
    const probs = tf.softmax(threeVoxels().v)
    const sharpened = sharpen(probs, 0.1)
    near(tf.gather(tf.reshape(sharpened, [3, 2]), [1], 1), [9.36e-14, 0.0474259, 1], 1e-6)
    near(sharpenElementwise(probs, 0.1), sharpened.dataSync(), 1e-6)
    near(sharpen(probs, 1), probs.dataSync())
  })

  it.each([
    ['sharpen', sharpen],
    ['sharpenElementwise', sharpenElementwise],
  ] as const)('%s keeps 0 and 1, with finite gradients', (_, sharpening) => {
    const probs = tf.tensor2d([1, 0, 0, 1, 0.5, 0.5], [3, 2])
    near(sharpening(probs, 0.1), [1, 0, 0, 1, 0.5, 0.5])
    const total = () => tf.sum<tf.Scalar>(tf.mul(sharpening(probs, 0.1), tf.tensor1d([1, 3])))
    for (const value of gradientsOf(total, [probs])[0]!) expect(value).toSatisfy(Number.isFinite)
  })

  it('refuses a temperature that is none', () => {
    expect(() => sharpen(tf.ones([1, 2]), 0)).toThrow('sharpen: temperature is 0; expected a finite number above 0')
    expect(() => sharpenElementwise(tf.ones([1, 2]), Number.NaN)).toThrow('sharpenElementwise: temperature is NaN')
  })
})

describe('sharpenedConsistency and mutualConsistency', () => {
  it('is the published value of the three voxels', () => {
    const { v, r } = threeVoxels()
    near(sharpenedConsistency(tf.softmax(r), tf.softmax(v)), [0.153308])
  })

  it('is the sum over ordered pairs', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => tf.softmax(normal<tf.Rank.R5>(name, [1, 2, 2, 2, 2]))) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ]
    const pair = (p: tf.Tensor, q: tf.Tensor) => mutualConsistency([p, q]).dataSync()[0]!
    near(mutualConsistency([a, b, c]), [pair(a, b) + pair(a, c) + pair(b, c)])
  })

  it('sharpens over the classes if asked: the same numbers for two, probabilities for three', () => {
    const { v, r } = threeVoxels()
    const two = [tf.softmax(v), tf.softmax(r)]
    near(mutualConsistency(two, 0.1, { sharpening: 'classes' }), mutualConsistency(two).dataSync())
    // No class is likelier than its complement: elementwise, all three are sharpened to next to nothing.
    const even = tf.tensor2d([0.3, 0.3, 0.4], [1, 3])
    const power = 0.4 ** 10 + 2 * 0.3 ** 10
    const target = [0.3 ** 10 / power, 0.3 ** 10 / power, 0.4 ** 10 / power]
    const expected = (2 * [0.3, 0.3, 0.4].reduce((sum, p, c) => sum + (p - target[c]!) ** 2, 0)) / 3
    near(mutualConsistency([even, even], 0.1, { sharpening: 'classes' }), [expected])
  })

  it('needs two decoders', () => {
    expect(() => mutualConsistency([tf.ones([1, 2])])).toThrow('mutualConsistency: 1 decoders were given; expected at least 2')
    expect(() => pyramidConsistency([tf.ones([1, 2])])).toThrow('pyramidConsistency: 1 scales were given; expected at least 2')
  })
})

describe('mixup and interpolationConsistency', () => {
  it('mixes by the factor, and is 0 where the student says the mixture', () => {
    near(mixup(tf.tensor1d([1, 2]), tf.tensor1d([3, -2]), 0.25), [1.5, 1])
    const { v, r } = threeVoxels()
    const mixture = mixup(tf.softmax(v), tf.softmax(r), 0.3)
    near(interpolationConsistency(tf.log(mixture), v, r, 0.3), [0], 1e-12)
    near(interpolationConsistency(v, v, r, 0), [0])
    near(interpolationConsistency(v, v, r, 1), softmaxMse(v, r).dataSync())
  })

  it('refuses other shapes and a factor that is none', () => {
    const { v } = threeVoxels()
    expect(() => interpolationConsistency(v, v, tf.zeros([1, 3, 1, 2, 2]), 0.5)).toThrow(
      'interpolationConsistency: secondTeacherLogits [1,3,1,2,2] does not match studentLogits [1,3,1,1,2]',
    )
    expect(() => mixup(v, v, Number.NaN)).toThrow('mixup: factor is NaN; expected a number from 0 to 1')
  })
})

describe('disagreementMask and mistakeLoss', () => {
  it('finds the one voxel in which the networks differ', () => {
    const { v, r, labels } = threeVoxels()
    const [p, q] = [tf.softmax(v), tf.softmax(r)]
    const mask = disagreementMask(p, q)
    near(mask, [0, 1, 0])
    near(disagreementMask(p, q, { confidence: 0.6 }), [0, 1, 0])
    near(disagreementMask(p, q, { confidence: 0.7 }), [0, 0, 0])
    near(mistakeLoss(p, labels, mask), [0.3299842])
  })

  it('sees in three classes that one is taken for the other, and counts each error once', () => {
    const first = tf.tensor2d([0.2, 0.7, 0.1, 0.2, 0.55, 0.25, 0.1, 0.3, 0.6], [3, 3])
    const second = tf.tensor2d([0.1, 0.2, 0.7, 0.6, 0.2, 0.2, 0.2, 0.1, 0.7], [3, 3])
    const mask = disagreementMask(first, second)
    near(mask, [1, 1, 0])
    near(disagreementMask(first, second, { confidence: 0.6 }), [1, 0, 0])
    const voxels = [0.5 * (0.2 ** 2 + 0.7 ** 2 + 0.9 ** 2), 0.5 * (0.2 ** 2 + 0.45 ** 2 + 0.25 ** 2)]
    near(mistakeLoss(first, tf.tensor1d([2, 1, 0], 'int32'), mask), [(voxels[0]! + voxels[1]!) / 2])
  })
})

describe('divergences', () => {
  it('are those of the three voxels', () => {
    const { v, r } = threeVoxels()
    near(klDivergenceMap(v, r), [0.1698226, 0.1232733, 0.0124512])
    near(rectifiedPseudoLabelLoss(r, v), [0.5310363])
    near(cosineConsistency(tf.softmax(v), tf.softmax(r)), [0.0518161])
  })

  it('are 0 between equal networks, and symmetric where the name says so', () => {
    const { v, r } = threeVoxels()
    near(klDivergenceMap(v, v), [0, 0, 0])
    near(cosineConsistency(tf.softmax(v), tf.softmax(v)), [0])
    near(symmetricKl(v, r), symmetricKl(r, v).dataSync())
    near(pyramidConsistency([v, v, v]).total, [0])
  })

  it('stay finite, gradients too, for networks that are certain of opposites', () => {
    const a = tf.tensor2d([300, -300, 0, 0], [2, 2])
    const b = tf.tensor2d([-300, 300, 0, 0], [2, 2])
    const p = tf.softmax(a)
    const q = tf.softmax(b)
    const losses: [() => tf.Scalar, tf.Tensor][] = [
      [() => tf.mean(klDivergenceMap(a, b)), a],
      [() => tf.mean(klDivergenceMap(a, b)), b],
      [() => symmetricKl(a, b), a],
      [() => rectifiedPseudoLabelLoss(a, b), a],
      [() => cosineConsistency(p, q), p],
      [() => mutualConsistency([p, q]), p],
      [() => pyramidConsistency([a, b]).total, a],
    ]
    for (const [loss, x] of losses) {
      expect(loss().dataSync()[0]).toSatisfy(Number.isFinite)
      for (const value of gradientsOf(loss, [x])[0]!) expect(value).toSatisfy(Number.isFinite)
    }
  })

  it('know no temperature in the pseudo label, only in the divergence', () => {
    const { v, r } = threeVoxels()
    const kl = numbers(klDivergenceMap(tf.mul(v, 2), r))
    const ce = [0.3132617, 1.1031861, 0.0485873]
    const expected = kl.reduce((sum, k, i) => sum + Math.exp(-k) * ce[i]! + k, 0) / 3
    near(rectifiedPseudoLabelLoss(r, v, { temperature: 0.5 }), [expected])
  })

  it('refuse a temperature of 0', () => {
    const { v, r } = threeVoxels()
    expect(() => rectifiedPseudoLabelLoss(r, v, { temperature: 0 })).toThrow(
      'rectifiedPseudoLabelLoss: temperature is 0; expected a finite number above 0',
    )
  })
})

describe('the two heads', () => {
  it('agree where the distance is negative and the logit positive', () => {
    const sdm = tf.tensor5d([-0.5, 0.5, 0], [1, 3, 1, 1, 1])
    near(levelSetProbs(sdm), [1, 0, 0.5])
    near(dualTaskConsistency(sdm, tf.tensor5d([50, -50, 0], [1, 3, 1, 1, 1])), [0])
    near(dualTaskConsistency(sdm, tf.tensor5d([-50, 50, 0], [1, 3, 1, 1, 1])), [2 / 3])
  })

  it('compare every class with its own map, the background having a score of 0', () => {
    const sdm = tf.tensor2d([-0.5, 0.5, 0.5, 0.5], [2, 2])
    near(dualTaskConsistency(sdm, tf.tensor2d([50, 0, -50, -50], [2, 2])), [0])
    near(dualTaskConsistency(sdm, tf.tensor2d([0, 0, -50, -50], [2, 2])), [((1 - 1 / 3) ** 2 + (1 / 3) ** 2) / 4])
    near(signedDistanceLoss(sdm, tf.ones([2, 2])), [(1.5 ** 2 + 3 * 0.5 ** 2) / 4])
  })

  it('regress a target without a channel axis', () => {
    near(signedDistanceLoss(tf.ones([1, 2, 1, 1, 1]), tf.tensor4d([0.5, -1], [1, 2, 1, 1])), [(0.25 + 4) / 2])
    expect(() => signedDistanceLoss(tf.ones([1, 2, 1, 1, 1]), tf.ones([1, 2, 1, 1, 1]))).toThrow(
      'signedDistanceLoss: target [1,2,1,1,1] does not match sdm [1,2,1,1,1]; expected [1,2,1,1]',
    )
  })
})

describe('withoutGradient', () => {
  it('makes a constant of what it computes, and records again afterwards', () => {
    const x = tf.scalar(3)
    const loss = () =>
      tf.add<tf.Scalar>(
        withoutGradient(() => tf.square(x)),
        tf.mul(x, 2),
      )
    near(gradientsOf(loss, [x])[0]!, [2])
  })

  it('records again after an error', () => {
    const x = tf.scalar(3)
    expect(() =>
      withoutGradient(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    near(gradientsOf(() => tf.square(x), [x])[0]!, [6])
  })
})
