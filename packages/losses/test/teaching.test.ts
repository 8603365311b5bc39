import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  adversarialLoss,
  binaryCrossEntropy,
  cosineConsistency,
  crossEntropy,
  crossEntropyMap,
  crossPseudoSupervision,
  diceLoss,
  diceLossLinear,
  diceLossOverClasses,
  discrepancyError,
  discrepancyUncertainty,
  discriminatorLoss,
  dualTaskConsistency,
  entropyMap,
  entropyMinimisation,
  foregroundProbs,
  interpolationConsistency,
  klDivergenceMap,
  maskedCrossEntropy,
  maskedDiceLoss,
  maskedMeanSquared,
  maskedSoftmaxMse,
  meanKl,
  meanNormalisedDistance,
  meanSquaredProbs,
  mistakeLoss,
  mixup,
  mutualConsistency,
  probsKl,
  prototype,
  prototypeContrast,
  pyramidConsistency,
  rectifiedPseudoLabelLoss,
  releasedPrototypeContrast,
  releasedPseudoLabelLoss,
  sharpen,
  sharpenElementwise,
  sharpenedConsistency,
  sigmoidProbs,
  signedDistanceLoss,
  softCrossEntropy,
  softmaxDiceLoss,
  softmaxKlMap,
  softmaxMse,
  symmetricKl,
} from '../src/index'
import { bits, centralDifferences, gradientsOf, normal } from './cases'

/** One scalar of the package, the inputs that it must teach and those that it must leave alone. */
interface Lesson {
  name: string
  live: () => tf.Tensor[]
  constant?: () => tf.Tensor[]
  loss: (live: tf.Tensor[], constant: tf.Tensor[]) => tf.Scalar
}

const SHAPE: [number, number, number, number, number] = [2, 3, 2, 2, 2]
const VOXELS: [number, number, number, number] = [2, 3, 2, 2]
const logits = (purpose: string) => normal<tf.Rank.R5>(purpose, SHAPE)
/** Not close to 0, where a step of 0.01 is too long for a logarithm. */
const probs = (purpose: string) => tf.softmax(normal<tf.Rank.R5>(purpose, SHAPE, 0.4))
const threeClassProbs = (purpose: string) => tf.softmax(normal<tf.Rank.R5>(purpose, [2, 3, 2, 2, 3], 0.4))
const threeClassLabels = () => tf.add(bits<tf.Rank.R4>('labels', VOXELS), bits<tf.Rank.R4>('more labels', VOXELS))
const labels = () => bits<tf.Rank.R4>('labels', VOXELS)
const mask = () => tf.cast(bits<tf.Rank.R4>('mask', VOXELS), 'float32')
const features = () => normal<tf.Rank.R5>('features', [2, 3, 2, 2, 4])
const weights = normal<tf.Rank.R4>('weights', VOXELS)
/** A scalar of a map, with another weight in every voxel. */
const weighted = (map: tf.Tensor) => tf.sum<tf.Scalar>(tf.mul(map, map.rank === 5 ? tf.expandDims(weights, -1) : weights))
const candidates = [Int32Array.of(0, 14), Int32Array.of(1, 5, 9)]

const LESSONS: Lesson[] = [
  { name: 'crossEntropy', live: () => [logits('a')], loss: ([z]) => crossEntropy(z!, labels()) },
  { name: 'crossEntropyMap', live: () => [logits('a')], loss: ([z]) => weighted(crossEntropyMap(z!, labels())) },
  { name: 'maskedCrossEntropy', live: () => [logits('a')], loss: ([z]) => maskedCrossEntropy(z!, labels(), mask()) },
  {
    name: 'binaryCrossEntropy',
    live: () => [normal<tf.Rank.R5>('a', [2, 3, 2, 2, 1])],
    loss: ([z]) => binaryCrossEntropy(z!, labels()),
  },
  { name: 'diceLoss', live: () => [foregroundProbs(probs('a'))], loss: ([p]) => diceLoss(p!, labels()) },
  { name: 'diceLossLinear', live: () => [foregroundProbs(probs('a'))], loss: ([p]) => diceLossLinear(p!, labels()) },
  { name: 'diceLossOverClasses', live: () => [probs('a')], loss: ([p]) => diceLossOverClasses(p!, labels()) },
  {
    name: 'diceLossOverClasses, linear, without background',
    live: () => [threeClassProbs('a')],
    loss: ([p]) => diceLossOverClasses(p!, threeClassLabels(), { background: false, denominator: 'sums' }),
  },
  { name: 'maskedDiceLoss', live: () => [threeClassProbs('a')], loss: ([p]) => maskedDiceLoss(p!, threeClassLabels(), mask()) },
  {
    name: 'discrepancyError',
    live: () => [threeClassProbs('a')],
    loss: ([p]) => discrepancyError(p!, threeClassLabels(), mask(), weights),
  },
  {
    name: 'discrepancyUncertainty',
    live: () => [normal<tf.Rank.R5>('a', [2, 3, 2, 2, 3])],
    loss: ([z]) => discrepancyUncertainty(z!, threeClassLabels(), mask(), weights),
  },
  { name: 'softmaxDiceLoss', live: () => [logits('a'), logits('b')], loss: ([a, b]) => softmaxDiceLoss(a!, b!) },
  { name: 'foregroundProbs', live: () => [logits('a')], loss: ([z]) => weighted(foregroundProbs(z!)) },
  { name: 'sigmoidProbs', live: () => [normal<tf.Rank.R5>('a', [2, 3, 2, 2, 1])], loss: ([z]) => weighted(sigmoidProbs(z!)) },
  { name: 'meanSquaredProbs', live: () => [probs('a'), probs('b')], loss: ([a, b]) => meanSquaredProbs(a!, b!) },
  { name: 'softmaxMse', live: () => [logits('s')], constant: () => [logits('t')], loss: ([s], [t]) => softmaxMse(s!, t!) },
  {
    name: 'maskedMeanSquared',
    live: () => [probs('s')],
    constant: () => [probs('t')],
    loss: ([s], [t]) => maskedMeanSquared(s!, t!, mask()),
  },
  {
    name: 'maskedSoftmaxMse',
    live: () => [logits('s')],
    constant: () => [logits('t')],
    loss: ([s], [t]) => maskedSoftmaxMse(s!, t!, mask()),
  },
  { name: 'entropyMap', live: () => [probs('a')], loss: ([p]) => weighted(entropyMap(p!)) },
  { name: 'entropyMinimisation', live: () => [logits('a')], loss: ([z]) => entropyMinimisation(z!) },
  { name: 'sharpen', live: () => [probs('a')], loss: ([p]) => weighted(tf.mul(sharpen(p!, 0.5), tf.tensor1d([1, 2]))) },
  { name: 'sharpenElementwise', live: () => [probs('a')], loss: ([p]) => weighted(sharpenElementwise(p!, 0.5)) },
  {
    name: 'sharpenedConsistency',
    live: () => [probs('l')],
    constant: () => [probs('w')],
    loss: ([l], [w]) => sharpenedConsistency(l!, w!),
  },
  {
    name: 'mutualConsistency',
    live: () => [probs('a'), probs('b'), probs('c')],
    loss: (decoders) => mutualConsistency(decoders, 0.5),
  },
  {
    name: 'mutualConsistency over three classes',
    live: () => [threeClassProbs('a'), threeClassProbs('b')],
    loss: (decoders) => mutualConsistency(decoders, 0.5, { sharpening: 'classes' }),
  },
  { name: 'mistakeLoss', live: () => [probs('a')], constant: () => [mask()], loss: ([p], [m]) => mistakeLoss(p!, labels(), m!) },
  { name: 'klDivergenceMap', live: () => [logits('a'), logits('b')], loss: ([a, b]) => weighted(klDivergenceMap(a!, b!)) },
  { name: 'softmaxKlMap', live: () => [logits('a'), logits('b')], loss: ([a, b]) => weighted(softmaxKlMap(a!, b!)) },
  { name: 'meanKl', live: () => [logits('a'), logits('b')], loss: ([a, b]) => meanKl(a!, b!) },
  {
    name: 'meanKl, sigmoid',
    live: () => [logits('a'), logits('b')],
    loss: ([a, b]) => meanKl(a!, b!, { activation: 'sigmoid' }),
  },
  { name: 'symmetricKl', live: () => [logits('a'), logits('b')], loss: ([a, b]) => symmetricKl(a!, b!) },
  { name: 'symmetricKl along z', live: () => [logits('a'), logits('b')], loss: ([a, b]) => symmetricKl(a!, b!, { axis: 'z' }) },
  { name: 'probsKl', live: () => [probs('a'), probs('b')], loss: ([a, b]) => probsKl(a!, b!) },
  { name: 'softCrossEntropy', live: () => [probs('a'), probs('b')], loss: ([a, b]) => softCrossEntropy(a!, b!) },
  { name: 'cosineConsistency', live: () => [probs('a'), probs('b')], loss: ([a, b]) => cosineConsistency(a!, b!) },
  {
    name: 'rectifiedPseudoLabelLoss',
    live: () => [logits('s')],
    constant: () => [logits('t')],
    loss: ([s], [t]) => rectifiedPseudoLabelLoss(s!, t!, { temperature: 0.5 }),
  },
  {
    name: 'crossPseudoSupervision',
    live: () => [logits('a')],
    constant: () => [logits('b')],
    loss: ([a], [b]) => crossPseudoSupervision(a!, b!).first,
  },
  {
    name: 'pyramidConsistency',
    live: () => [logits('a'), logits('b'), logits('c')],
    loss: (scales) => pyramidConsistency(scales).total,
  },
  {
    name: 'mixup',
    live: () => [logits('a'), logits('b')],
    loss: ([a, b]) => weighted(mixup(a!, b!, 0.3)),
  },
  {
    name: 'interpolationConsistency',
    live: () => [logits('s')],
    constant: () => [logits('t0'), logits('t1')],
    loss: ([s], [t0, t1]) => interpolationConsistency(s!, t0!, t1!, 0.3),
  },
  {
    name: 'dualTaskConsistency',
    live: () => [normal<tf.Rank.R5>('sdm', [2, 3, 2, 2, 1]), normal<tf.Rank.R5>('logit', [2, 3, 2, 2, 1])],
    loss: ([sdm, logit]) => dualTaskConsistency(sdm!, logit!, { slope: 1.5 }),
  },
  {
    name: 'signedDistanceLoss',
    live: () => [normal<tf.Rank.R5>('sdm', [2, 3, 2, 2, 1])],
    loss: ([sdm]) => signedDistanceLoss(sdm!, weights),
  },
  { name: 'adversarialLoss', live: () => [normal<tf.Rank.R2>('d', [3, 2])], loss: ([d]) => adversarialLoss(d as tf.Tensor2D) },
  {
    name: 'discriminatorLoss',
    live: () => [normal<tf.Rank.R2>('d', [4, 2])],
    loss: ([d]) => discriminatorLoss(d as tf.Tensor2D, 2),
  },
  { name: 'releasedPseudoLabelLoss', live: () => [probs('a')], loss: ([p]) => releasedPseudoLabelLoss(p!, labels(), mask()) },
  {
    name: 'prototype',
    live: () => [features()],
    loss: ([f]) => tf.sum<tf.Scalar>(tf.mul(prototype(f!, mask()), tf.tensor1d([1, -2, 3, 0.5]))),
  },
  {
    name: 'prototype, normalised',
    live: () => [features()],
    loss: ([f]) => tf.sum<tf.Scalar>(tf.mul(prototype(f!, mask(), { normalise: true }), tf.tensor1d([1, -2, 3, 0.5]))),
  },
  {
    name: 'meanNormalisedDistance',
    live: () => [normal<tf.Rank.R2>('rows', [5, 4]), normal<tf.Rank.R1>('centre', [4])],
    loss: ([rows, centre]) => meanNormalisedDistance(rows as tf.Tensor2D, centre as tf.Tensor1D),
  },
  {
    name: 'releasedPrototypeContrast',
    live: () => [features()],
    loss: ([f]) => {
      const { foreground, background, prototypes } = releasedPrototypeContrast(f!, labels(), candidates)
      return tf.addN([foreground, background, prototypes])
    },
  },
]

beforeAll(() => tf.setBackend('cpu'))

describe.each(LESSONS)('$name', ({ live, constant, loss }) => {
  it('teaches what it should, by the gradient of central differences, and nothing else', () => {
    const xs = live()
    const constants = constant?.() ?? []
    const gradients = gradientsOf(() => loss(xs, constants), [...xs, ...constants])
    xs.forEach((x, i) => {
      const gradient = gradients[i]!
      expect(Math.hypot(...gradient)).toBeGreaterThan(1e-3)
      const places = [0, Math.floor(x.size / 3), x.size - 1]
      const steps = centralDifferences((moved) => loss(xs.with(i, moved), constants), x, places)
      // float32 values of size 1 over a step of 0.02, and the third derivative.
      for (const [k, place] of places.entries()) expect(gradient[place]).toBeCloseTo(steps[k]!, 2.5)
    })
    for (const gradient of gradients.slice(xs.length)) expect(gradient).toBeNull()
  })

  it('leaves no tensor behind but its value', () => {
    const xs = live()
    const constants = constant?.() ?? []
    const before = tf.memory().numTensors
    tf.tidy(() => {
      loss(xs, constants)
    })
    gradientsOf(() => loss(xs, constants), xs)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('prototypeContrast', () => {
  it('teaches uncertain voxels the way to their prototype, which stays where it is for them', () => {
    const f = features()
    const target = labels()
    const valid = mask()
    const ofForeground = (voxels: readonly number[]) => [new Int32Array(0), Int32Array.from(voxels)]
    const uncertain = Array.from(valid.dataSync()).flatMap((value, i) => (value === 0 ? [i] : []))
    const pulled = gradientsOf(() => prototypeContrast(f, target, valid, ofForeground(uncertain)), [f])[0]!
    const apart = gradientsOf(() => prototypeContrast(f, target, valid, ofForeground([])), [f])[0]!
    const pull = pulled.map((value, i) => value - apart[i]!)
    const channels = 4
    valid.dataSync().forEach((value, voxel) => {
      const size = Math.hypot(...pull.subarray(voxel * channels, (voxel + 1) * channels))
      if (value === 1) expect(size).toBeLessThan(1e-6)
      else expect(size).toBeGreaterThan(1e-3)
      const push = Math.hypot(...apart.subarray(voxel * channels, (voxel + 1) * channels))
      if (value === 1) expect(push).toBeGreaterThan(1e-4)
      else expect(push).toBe(0)
    })
  })
})
