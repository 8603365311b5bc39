import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { bits, gradientsOf, near, normal, numbers, threeVoxels } from '../test/cases'
import {
  DUALNET_FILTER,
  drawCandidates,
  gatherVoxels,
  LUSEG_FILTER,
  meanNormalisedDistance,
  prototype,
  prototypeContrast,
  RELEASED_FILTER,
  releasedPrototypeContrast,
  validMask,
} from './index'

beforeAll(() => tf.setBackend('cpu'))

describe('validMask', () => {
  it('uses the published percentile of the three voxels', () => {
    const probs = tf.softmax(threeVoxels().v)
    const { mask, thresholds } = validMask(probs, probs, RELEASED_FILTER)
    expect(thresholds[0]).toBeCloseTo(0.1304029, 6)
    near(mask, [0, 0, 1])
  })

  it('keeps four fifths of each network: both for DualNet, either for LUSEG', () => {
    const [a, b] = ['a', 'b'].map((name) => tf.softmax(normal<tf.Rank.R5>(name, [2, 5, 5, 4, 2]))) as [tf.Tensor, tf.Tensor]
    const share = (first: tf.Tensor, second: tf.Tensor, filter: typeof DUALNET_FILTER) =>
      tf.mean(validMask(first, second, filter).mask).dataSync()[0]!
    expect(share(a, a, DUALNET_FILTER)).toBeCloseTo(0.8, 6)
    expect(share(a, b, DUALNET_FILTER)).toBeLessThan(0.8)
    expect(share(a, b, LUSEG_FILTER)).toBeGreaterThan(0.8)
  })

  it('keeps saturated voxels, which all tie; the released rule drops every one of them', () => {
    const certain = tf.tensor5d([1, 0, 0, 1, 1, 0, 1, 0], [1, 4, 1, 1, 2])
    near(validMask(certain, certain, DUALNET_FILTER).mask, [1, 1, 1, 1])
    near(validMask(certain, certain, RELEASED_FILTER).mask, [0, 0, 0, 0])
  })

  it('filters nothing by the released rule if it is handed logits', () => {
    const { v, r } = threeVoxels()
    const { mask, thresholds } = validMask(v, r, RELEASED_FILTER)
    near(mask, [1, 1, 1])
    expect(thresholds).toEqual([Number.NaN, Number.NaN])
  })

  it('leaves one tensor and refuses a percentile that does not exist', () => {
    const probs = tf.softmax(threeVoxels().v)
    const before = tf.memory().numTensors
    validMask(probs, probs, DUALNET_FILTER)
    expect(tf.memory().numTensors).toBe(before + 1)
    expect(() => validMask(probs, probs, { ...DUALNET_FILTER, percentile: 101 })).toThrow('validMask: percentile is 101')
  })
})

describe('drawCandidates', () => {
  const valid = tf.cast(bits<tf.Rank.R4>('valid', [2, 6, 5, 4]), 'float32')
  const labels = bits<tf.Rank.R4>('class', [2, 6, 5, 4])

  it('takes the uncertain voxels of each class, the first ones without chance', () => {
    const all = drawCandidates(valid, labels)
    const expected = (label: number) =>
      numbers(valid).flatMap((value, i) => (value === 0 && labels.dataSync()[i] === label ? [i] : []))
    expect(all.map((voxels) => [...voxels])).toEqual([expected(0), expected(1)])
    expect([...drawCandidates(valid, labels, { limit: 3 })[1]!]).toEqual(expected(1).slice(0, 3))
  })

  it('draws without replacement, every voxel as often as any other, and the same again from the same stream', () => {
    const all = drawCandidates(valid, labels)[1]!
    const counts = new Map<number, number>()
    const rounds = 600
    for (let i = 0; i < rounds; i++) {
      const drawn = drawCandidates(valid, labels, { limit: 5, random: random(1, 'candidates', i, 0) })
      expect(new Set(drawn[1]).size).toBe(5)
      for (const voxel of drawn[1]!) counts.set(voxel, (counts.get(voxel) ?? 0) + 1)
    }
    const mean = (rounds * 5) / all.length
    for (const voxel of all) expect(Math.abs((counts.get(voxel) ?? 0) - mean)).toBeLessThan(5 * Math.sqrt(mean))
    const again = () => drawCandidates(valid, labels, { limit: 5, random: random(1, 'candidates', 7, 0) })
    expect(again()).toEqual(again())
  })

  it('refuses a limit that is no count', () => {
    expect(() => drawCandidates(valid, labels, { limit: -1 })).toThrow(
      'drawCandidates: limit is -1; expected a whole number of at least 0',
    )
  })
})

describe('prototype', () => {
  const features = tf.tensor5d([3, 4, 0, 2, 0, 0, 5, 0], [1, 4, 1, 1, 2])

  it('is the mean feature, or the mean direction', () => {
    const mask = tf.tensor4d([1, 1, 0, 0], [1, 4, 1, 1])
    near(prototype(features, mask), [1.5, 3])
    near(prototype(features, mask, { normalise: true }), [0.3, 0.9])
  })

  it('gives zero vectors no direction and no gradient', () => {
    const mask = tf.tensor4d([0, 0, 1, 1], [1, 4, 1, 1])
    near(prototype(features, mask, { normalise: true }), [0.5, 0])
    const gradient = gradientsOf(() => tf.sum(prototype(features, mask, { normalise: true })), [features])[0]!
    near(gradient, [0, 0, 0, 0, 0, 0, 0, 0.1])
  })

  it('refuses other shapes and masks', () => {
    expect(() => prototype(features, tf.ones([1, 3, 1, 1]))).toThrow(
      'prototype: mask [1,3,1,1] does not match features [1,4,1,1,2]',
    )
    expect(() => prototype(features, tf.fill([1, 4, 1, 1], Number.NaN))).toThrow('prototype: mask holds the value NaN')
  })
})

describe('gatherVoxels', () => {
  it('gives every mention of a voxel its share of the gradient', () => {
    const features = tf.tensor5d([1, 2, 3], [1, 3, 1, 1, 1])
    near(gatherVoxels(features, Int32Array.of(2, 2, 0)), [3, 3, 1])
    near(gradientsOf(() => tf.sum(gatherVoxels(features, Int32Array.of(2, 2, 0))), [features])[0]!, [1, 0, 2])
  })

  it('refuses voxels that do not exist', () => {
    expect(() => gatherVoxels(tf.zeros([1, 2, 2, 2, 3]), Int32Array.of(8))).toThrow(
      'gatherVoxels: voxel 8 does not exist; features [1,2,2,2,3] hold voxels 0 to 7',
    )
  })
})

describe('prototype contrast', () => {
  const features = normal<tf.Rank.R5>('features', [1, 4, 3, 2, 5])
  const target = bits<tf.Rank.R4>('target', [1, 4, 3, 2])
  const valid = tf.cast(bits<tf.Rank.R4>('valid', [1, 4, 3, 2]), 'float32')
  const uncertain = drawCandidates(valid, target)
  const [ofBack, ofFront] = uncertain as [Int32Array, Int32Array]
  const none = new Int32Array(0)

  it('adds up its published parts', () => {
    const unit = (x: number[]) => x.map((value) => value / Math.hypot(...x))
    const rows = numbers(features).flatMap((_, i, all) => (i % 5 === 0 ? [unit(all.slice(i, i + 5))] : []))
    const centre = (label: number) => {
      const chosen = rows.filter((_, i) => valid.dataSync()[i] === 1 && target.dataSync()[i] === label)
      return [0, 1, 2, 3, 4].map((c) => chosen.reduce((sum, row) => sum + row[c]!, 0) / chosen.length)
    }
    const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, c) => value - b[c]!))
    const pull = (voxels: Int32Array, to: number[]) => voxels.reduce((sum, i) => sum + distance(rows[i]!, to), 0) / voxels.length
    const [back, front] = [centre(0), centre(1)]
    const expected = pull(ofFront, front) + pull(ofBack, back) + 2 - distance(front, back)
    near(prototypeContrast(features, target, valid, uncertain), [expected], 1e-5)
  })

  it('drops the part of a class that has no uncertain or no valid voxel', () => {
    const value = (candidates: typeof uncertain, labels = target) =>
      prototypeContrast(features, labels, valid, candidates).dataSync()[0]!
    const push = value([none, none])
    expect(push).toBeGreaterThan(0)
    const front = value([none, ofFront]) - push
    const back = value([ofBack, none]) - push
    expect(value(uncertain)).toBeCloseTo(push + front + back, 5)
    const noForeground = tf.zerosLike(target)
    expect(value([none, ofFront], noForeground)).toBe(0)
    expect(prototypeContrast(features, target, tf.zerosLike(valid), uncertain).dataSync()[0]).toBe(0)
  })

  it('teaches nothing, by zeros and not by an error, where nothing is valid or uncertain', () => {
    const gradient = (labels: tf.Tensor, mask: tf.Tensor, candidates: typeof uncertain) =>
      tf.grad((f) => prototypeContrast(f, labels, mask, candidates))(features)
    near(gradient(target, tf.zerosLike(valid), uncertain), new Array(features.size).fill(0), 0)
    near(gradient(tf.zerosLike(target), valid, [none, none]), new Array(features.size).fill(0), 0)
  })

  it('is NaN without candidates in the released form only', () => {
    const released = releasedPrototypeContrast(features, target, [none, none])
    expect(released.foreground.dataSync()[0]).toBeNaN()
    expect(released.prototypes.dataSync()[0]).toBeGreaterThan(0)
  })

  it('stays within 0 and 6 and finite for features of all zeros', () => {
    const dead = tf.zerosLike(features)
    near(prototypeContrast(dead, target, valid, uncertain), [2])
    for (const value of gradientsOf(() => prototypeContrast(dead, target, valid, uncertain), [dead])[0]!) expect(value).toBe(0)
  })

  it('knows no distance between equal directions', () => {
    near(meanNormalisedDistance(tf.tensor2d([2, 0, 0, 3], [2, 2]), tf.tensor1d([5, 0])), [Math.SQRT2 / 2])
    expect(() => meanNormalisedDistance(tf.ones([2, 3]), tf.ones([2]))).toThrow(
      'meanNormalisedDistance: centre [2] does not match rows [2,3]; expected [3]',
    )
  })
})
