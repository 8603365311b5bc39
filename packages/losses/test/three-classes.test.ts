import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import * as losses from '../src/index'
import { gradientsOf, normal, numbers } from './cases'
import { LOSSES } from './every-function'

/** Every function that takes class scores, on three classes: values and gradients against loops over float64 that stand here. */

const C = 3
const V = 12
const MAP: [number, number, number, number, number] = [2, 3, 2, 1, C]
const VOXELS: [number, number, number, number] = [2, 3, 2, 1]
const LABELS = [0, 1, 2, 2, 1, 0, 1, 2, 0, 0, 2, 1]
const MASK = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1]
const WEIGHTS = LABELS.map((_, v) => 0.5 + v / 8)
/** Voxels of each class that are outside the mask, and some inside: what is drawn is the caller's. */
const CANDIDATES = [Int32Array.of(5, 9), Int32Array.of(4), Int32Array.of(2, 10)]
const F = 4

const labels = () => tf.tensor4d(LABELS, VOXELS, 'int32')
const mask = () => tf.tensor4d(MASK, VOXELS)
const weights = () => tf.tensor4d(WEIGHTS, VOXELS)
const logits = (name: string) => () => normal<tf.Rank.R5>(name, MAP)
const probs = (name: string) => () => tf.softmax(normal<tf.Rank.R5>(name, MAP, 0.7))
const scores = (name: string) => () => normal<tf.Rank.R5>(name, [...VOXELS, C - 1])
const features = () => normal<tf.Rank.R5>('features', [...VOXELS, F])

type Row = readonly number[]
const sum = (values: Row) => values.reduce((total, value) => total + value, 0)
const mean = (values: Row) => sum(values) / values.length
const rows = (flat: Row, width = C): number[][] =>
  Array.from({ length: flat.length / width }, (_, v) => flat.slice(v * width, (v + 1) * width))
const softmax = (z: Row) => {
  const powers = z.map((one) => Math.exp(one - Math.max(...z)))
  return powers.map((power) => power / sum(powers))
}
const best = (row: Row) => row.indexOf(Math.max(...row))
const oneHot = (label: number) => [0, 1, 2].map((c) => Number(c === label))
const squares = (a: Row, b: Row) => sum(a.map((value, c) => (value - b[c]!) ** 2))
const soft = (z: Row) => rows(z).map(softmax)
const ce = (z: Row, label: number) => -Math.log(softmax(z)[label]!)
const kl = (p: Row, q: Row) => sum(p.map((value, c) => value * Math.log(value / q[c]!)))
const entropy = (p: Row, epsilon = 1e-6) => -sum(p.map((value) => value * Math.log(value + epsilon)))
const sharp = (p: Row, t: number) => {
  const powers = p.map((value) => value ** (1 / t))
  return powers.map((power) => power / sum(powers))
}
const kept = (value: (v: number) => number) => {
  const chosen = MASK.flatMap((one, v) => (one === 1 ? [value(v)] : []))
  return sum(chosen) / chosen.length
}
const channel = (of: readonly Row[], c: number) => of.map((row) => row[c]!)
const dice = (p: Row, t: Row, s: number, power: 1 | 2) =>
  1 -
  (2 * sum(p.map((value, v) => value * t[v]!)) + s) /
    (sum(p.map((value) => value ** power)) + sum(t.map((value) => value ** power)) + s)
const ofClass = (c: number) => LABELS.map((label) => Number(label === c))
const backgrounded = (z: Row) => rows(z, C - 1).map((row) => [0, ...row])
const unit = (row: Row) => row.map((value) => value / Math.hypot(...row))
const apart = (a: Row, b: Row) => Math.hypot(...a.map((value, c) => value - b[c]!))
const centre = (of: readonly Row[], voxels: readonly number[]) =>
  Array.from({ length: F }, (_, c) => mean(voxels.map((v) => of[v]![c]!)))
const trusted = (c: number) => LABELS.flatMap((label, v) => (label === c && MASK[v] === 1 ? [v] : []))

interface Formula {
  /** What it teaches; none for a function whose result is a constant. */
  readonly live: readonly (() => tf.Tensor)[]
  readonly constant?: readonly (() => tf.Tensor)[]
  readonly call: (live: tf.Tensor[], constant: tf.Tensor[]) => tf.Tensor
  readonly loops: (live: number[][], constant: number[][]) => number | number[]
}

const ofTeacher = { live: [logits('a')], constant: [logits('b')] }
const FORMULAS: Readonly<Record<string, Formula>> = {
  besideBackground: {
    live: [scores('a')],
    call: ([z]) => losses.besideBackground(z!),
    loops: ([z]) => backgrounded(z!).flat(),
  },
  certaintyMask: {
    live: [],
    constant: [probs('a')],
    call: (_, [p]) => losses.certaintyMask(p!, 0.9),
    loops: (_, [p]) => rows(p!).map((row) => Number(entropy(row) < 0.9)),
  },
  cosineConsistency: {
    live: [probs('a'), probs('b')],
    call: ([p, q]) => losses.cosineConsistency(p!, q!),
    loops: ([p, q]) => mean(rows(p!).map((row, v) => 1 - sum(unit(row).map((value, c) => value * unit(rows(q!)[v]!)[c]!)))),
  },
  crossEntropy: {
    live: [logits('a')],
    call: ([z]) => losses.crossEntropy(z!, labels()),
    loops: ([z]) => mean(rows(z!).map((row, v) => ce(row, LABELS[v]!))),
  },
  crossEntropyMap: {
    live: [logits('a')],
    call: ([z]) => losses.crossEntropyMap(z!, labels()),
    loops: ([z]) => rows(z!).map((row, v) => ce(row, LABELS[v]!)),
  },
  crossPseudoSupervision: {
    ...ofTeacher,
    call: ([a], [b]) => losses.crossPseudoSupervision(a!, b!).first,
    loops: ([a], [b]) => mean(rows(a!).map((row, v) => ce(row, best(rows(b!)[v]!)))),
  },
  diceLossOverClasses: {
    live: [probs('a')],
    call: ([p]) => losses.diceLossOverClasses(p!, labels(), { background: false }),
    loops: ([p]) => mean([1, 2].map((c) => dice(channel(rows(p!), c), ofClass(c), 1e-5, 2))),
  },
  disagreementMask: {
    live: [],
    constant: [probs('a'), probs('b')],
    call: (_, [p, q]) => losses.disagreementMask(p!, q!, { confidence: 0.5 }),
    loops: (_, given) => {
      const [a, b] = given.map((one) => rows(one).map((row) => (Math.max(...row) >= 0.5 ? best(row) : 0)))
      return a!.map((label, v) => Number(label !== b![v]))
    },
  },
  discrepancyError: {
    live: [probs('a')],
    call: ([p]) => losses.discrepancyError(p!, labels(), mask(), weights()),
    loops: ([p]) => kept((v) => (WEIGHTS[v]! * squares(rows(p!)[v]!, oneHot(LABELS[v]!))) / C),
  },
  discrepancyMask: {
    live: [],
    constant: [logits('a'), logits('b')],
    call: (_, [a, b]) => losses.discrepancyMask(a!, b!),
    loops: (_, [a, b]) => rows(a!).map((row, v) => Number(best(row) !== best(rows(b!)[v]!))),
  },
  discrepancyUncertainty: {
    live: [logits('a')],
    call: ([z]) => losses.discrepancyUncertainty(z!, labels(), mask(), weights()),
    loops: ([z]) => {
      const erring = rows(z!).flatMap((row, v) => (MASK[v] === 1 && best(row) !== LABELS[v] ? [v] : []))
      return mean(erring.map((v) => WEIGHTS[v]! * mean(soft(z!)[v]!.map((value) => -Math.log(value)))))
    },
  },
  dualTaskConsistency: {
    live: [scores('sdm'), scores('logit')],
    call: ([sdm, z]) => losses.dualTaskConsistency(sdm!, z!, { slope: 1.5 }),
    loops: ([sdm, z]) => {
      const s = backgrounded(z!).flatMap((row) => softmax(row).slice(1))
      return mean(sdm!.map((value, i) => (1 / (1 + Math.exp(1.5 * value)) - s[i]!) ** 2))
    },
  },
  entropyMap: {
    live: [probs('a')],
    call: ([p]) => losses.entropyMap(p!, { normalise: true }),
    loops: ([p]) => rows(p!).map((row) => entropy(row) / Math.log(C)),
  },
  entropyMinimisation: {
    live: [logits('a')],
    call: ([z]) => losses.entropyMinimisation(z!),
    loops: ([z]) => mean(soft(z!).map((row) => entropy(row) / Math.log(C))),
  },
  foregroundProbs: {
    live: [probs('a')],
    call: ([p]) => losses.foregroundProbs(p!, 2),
    loops: ([p]) => channel(rows(p!), 2),
  },
  interpolationConsistency: {
    live: [logits('a')],
    constant: [logits('b'), logits('c')],
    call: ([s], [t0, t1]) => losses.interpolationConsistency(s!, t0!, t1!, 0.3),
    loops: ([s], [t0, t1]) => {
      const [p, a, b] = [s!, t0!, t1!].map((z) => soft(z).flat()) as [number[], number[], number[]]
      return mean(p.map((value, i) => (value - 0.7 * a[i]! - 0.3 * b[i]!) ** 2))
    },
  },
  klDivergenceMap: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.klDivergenceMap(a!, b!),
    loops: ([a, b]) => soft(a!).map((p, v) => kl(p, soft(b!)[v]!)),
  },
  levelSetProbs: {
    live: [scores('sdm')],
    call: ([sdm]) => losses.levelSetProbs(sdm!, 1.5),
    loops: ([sdm]) => sdm!.map((value) => 1 / (1 + Math.exp(1.5 * value))),
  },
  maskedCrossEntropy: {
    live: [logits('a')],
    call: ([z]) => losses.maskedCrossEntropy(z!, labels(), mask()),
    loops: ([z]) => kept((v) => ce(rows(z!)[v]!, LABELS[v]!)),
  },
  maskedDiceLoss: {
    live: [probs('a')],
    call: ([p]) => losses.maskedDiceLoss(p!, labels(), mask()),
    loops: ([p]) =>
      mean(
        [0, 1].flatMap((sample) =>
          [0, 1, 2].map((c) => {
            const voxels = MASK.flatMap((one, v) => (one === 1 && Math.floor(v / (V / 2)) === sample ? [v] : []))
            const of = (values: Row) => voxels.map((v) => values[v]!)
            return dice(of(channel(rows(p!), c)), of(ofClass(c)), 1e-5, 1)
          }),
        ),
      ),
  },
  maskedMeanSquared: {
    live: [probs('a')],
    constant: [probs('b')],
    call: ([p], [t]) => losses.maskedMeanSquared(p!, t!, mask()),
    loops: ([p], [t]) => kept((v) => squares(rows(p!)[v]!, rows(t!)[v]!) / C),
  },
  maskedSoftmaxMse: {
    ...ofTeacher,
    call: ([s], [t]) => losses.maskedSoftmaxMse(s!, t!, mask()),
    loops: ([s], [t]) => kept((v) => squares(soft(s!)[v]!, soft(t!)[v]!) / C),
  },
  meanKl: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.meanKl(a!, b!),
    loops: ([a, b]) => mean(soft(a!).map((p, v) => kl(p, soft(b!)[v]!) / C)),
  },
  meanSoftmax: {
    live: [],
    constant: [logits('a')],
    call: (_, [z]) => losses.meanSoftmax([z!], 1),
    loops: (_, [z]) => {
      const p = soft(z!).flat()
      return p.slice(0, p.length / 2).map((value, i) => (value + p[p.length / 2 + i]!) / 2)
    },
  },
  meanSquaredProbs: {
    live: [probs('a'), probs('b')],
    call: ([a, b]) => losses.meanSquaredProbs(a!, b!),
    loops: ([a, b]) => squares(a!, b!) / (V * C),
  },
  mistakeLoss: {
    live: [probs('a')],
    call: ([p]) => losses.mistakeLoss(p!, labels(), mask()),
    loops: ([p]) => kept((v) => squares(rows(p!)[v]!, oneHot(LABELS[v]!)) / 2),
  },
  mixup: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.mixup(a!, b!, 0.3),
    loops: ([a, b]) => a!.map((value, i) => 0.7 * value + 0.3 * b![i]!),
  },
  mutualConsistency: {
    live: [probs('a'), probs('b')],
    call: (decoders) => losses.mutualConsistency(decoders, 0.5, { sharpening: 'classes' }),
    loops: ([a, b]) => {
      const towards = (p: Row, q: Row) => mean(rows(p).map((row, v) => squares(row, sharp(rows(q)[v]!, 0.5)) / C))
      return towards(a!, b!) + towards(b!, a!)
    },
  },
  predictedLabels: {
    live: [],
    constant: [logits('a')],
    call: (_, [z]) => losses.predictedLabels(z!),
    loops: (_, [z]) => rows(z!).map(best),
  },
  probsKl: {
    live: [probs('a'), probs('b')],
    call: ([p, t]) => losses.probsKl(p!, t!),
    loops: ([p, t]) => mean(t!.map((value, i) => value * (Math.log(value) - Math.log(p![i]! + 1e-8)))),
  },
  prototypeContrast: {
    live: [features],
    // The prototypes are constants for those that are drawn to them, so their parts of the gradient are the loops' with the centres as they were.
    call: ([f]) => losses.prototypeContrast(f!, labels(), mask(), CANDIDATES),
    loops: ([f], [as]) => {
      const units = rows(f!, F).map(unit)
      const still = rows(as!, F).map(unit)
      const pulls = [0, 1, 2].map((c) => mean([...CANDIDATES[c]!].map((v) => apart(units[v]!, centre(still, trusted(c))))))
      const pushes = [
        [0, 1],
        [0, 2],
        [1, 2],
      ].map(([c, d]) => 2 - apart(centre(units, trusted(c!)), centre(units, trusted(d!))))
      return (2 / C) * sum(pulls) + mean(pushes)
    },
  },
  pyramidConsistency: {
    live: [logits('a'), logits('b')],
    call: (scales) => losses.pyramidConsistency(scales).total,
    loops: (scales) => {
      const all = scales.map(soft)
      const middle = all[0]!.map((row, v) => row.map((value, c) => (value + all[1]![v]![c]!) / 2))
      return mean(
        all.map((scale) => {
          const divergences = middle.map((row, v) => kl(row, scale[v]!))
          const rectified = mean(middle.map((row, v) => (squares(row, scale[v]!) / C) * Math.exp(-divergences[v]!)))
          return rectified / (mean(divergences.map((one) => Math.exp(-one))) + 1e-8) + mean(divergences)
        }),
      )
    },
  },
  rectifiedPseudoLabelLoss: {
    ...ofTeacher,
    call: ([s], [t]) => losses.rectifiedPseudoLabelLoss(s!, t!, { temperature: 0.5 }),
    loops: ([s], [t]) =>
      mean(
        rows(s!).map((row, v) => {
          const teacher = rows(t!)[v]!
          const divergence = kl(softmax(teacher.map((value) => value / 0.5)), softmax(row))
          return Math.exp(-divergence) * ce(row, best(teacher)) + divergence
        }),
      ),
  },
  releasedPrototypeContrast: {
    live: [features],
    call: ([f]) => {
      const target = tf.where(tf.cast(mask(), 'bool'), labels(), tf.fill(VOXELS, C, 'int32'))
      const { foreground, background, prototypes } = losses.releasedPrototypeContrast(f!, target, CANDIDATES)
      return tf.stack([foreground, background, prototypes])
    },
    loops: ([f]) => {
      const all = rows(f!, F)
      const centres = [0, 1, 2].map((c) => unit(centre(all, trusted(c))))
      const [background, ...foreground] = [0, 1, 2].map((c) =>
        mean([...CANDIDATES[c]!].map((v) => apart(unit(all[v]!), centres[c]!))),
      )
      const pairs = [
        [0, 1],
        [0, 2],
        [1, 2],
      ].map(([c, d]) => apart(centres[c!]!, centres[d!]!))
      return [mean(foreground), background!, mean(pairs)]
    },
  },
  releasedPseudoLabelLoss: {
    live: [probs('a')],
    call: ([p]) => losses.releasedPseudoLabelLoss(p!, labels(), mask()),
    loops: ([p]) => (V / sum(MASK)) * kept((v) => ce(rows(p!)[v]!, LABELS[v]!)),
  },
  sharpen: {
    live: [probs('a')],
    call: ([p]) => losses.sharpen(p!, 0.5),
    loops: ([p]) => rows(p!).flatMap((row) => sharp(row, 0.5)),
  },
  sharpenElementwise: {
    live: [probs('a')],
    call: ([p]) => losses.sharpenElementwise(p!, 0.5),
    loops: ([p]) => p!.map((value) => value ** 2 / (value ** 2 + (1 - value) ** 2)),
  },
  sharpenedConsistency: {
    live: [probs('a')],
    constant: [probs('b')],
    call: ([p], [w]) => losses.sharpenedConsistency(p!, w!, 0.5),
    loops: ([p], [w]) => mean(rows(p!).map((row, v) => squares(row, sharp(rows(w!)[v]!, 0.5)) / C)),
  },
  signedDistanceLoss: {
    live: [scores('sdm')],
    constant: [scores('target')],
    call: ([sdm], [target]) => losses.signedDistanceLoss(sdm!, target!),
    loops: ([sdm], [target]) => squares(sdm!, target!) / (V * (C - 1)),
  },
  softCrossEntropy: {
    live: [probs('a'), probs('b')],
    call: ([p, t]) => losses.softCrossEntropy(p!, t!),
    loops: ([p, t]) => mean(rows(t!).map((row, v) => -sum(row.map((value, c) => value * Math.log(rows(p!)[v]![c]! + 1e-8))))),
  },
  softmaxDiceLoss: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.softmaxDiceLoss(a!, b!),
    loops: ([a, b]) => mean([0, 1, 2].map((c) => dice(channel(soft(a!), c), channel(soft(b!), c), 1e-5, 1))),
  },
  softmaxKlMap: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.softmaxKlMap(a!, b!),
    loops: ([a, b]) => {
      const q = soft(b!).flat()
      return soft(a!)
        .flat()
        .map((value, i) => value * Math.log(value / q[i]!))
    },
  },
  softmaxMse: {
    ...ofTeacher,
    call: ([s], [t]) => losses.softmaxMse(s!, t!),
    loops: ([s], [t]) => mean(soft(s!).map((row, v) => squares(row, soft(t!)[v]!) / C)),
  },
  symmetricKl: {
    live: [logits('a'), logits('b')],
    call: ([a, b]) => losses.symmetricKl(a!, b!),
    loops: ([a, b]) => mean(soft(a!).map((p, v) => (kl(p, soft(b!)[v]!) + kl(soft(b!)[v]!, p)) / 2 / C)),
  },
  unionForeground: {
    live: [],
    constant: [logits('a'), logits('b')],
    call: (_, [a, b]) => losses.unionForeground(a!, b!),
    loops: (_, [a, b]) =>
      rows(a!).map((row, v) => {
        const other = rows(b!)[v]!
        const above = (one: Row) => (best(one) === 0 ? Number.NEGATIVE_INFINITY : Math.max(...one) - one[0]!)
        return above(row) >= above(other) ? best(row) : best(other)
      }),
  },
  validMask: {
    live: [],
    constant: [probs('a'), probs('b')],
    call: (_, [p, q]) => losses.validMask(p!, q!, { percentile: 50, combine: 'both', keep: 'at-most' }).mask,
    loops: (_, given) => {
      const isLow = given.map((one) => {
        const entropies = rows(one).map((row) => entropy(row, 1e-10))
        const sorted = [...entropies].sort((a, b) => a - b)
        const median = (sorted[V / 2 - 1]! + sorted[V / 2]!) / 2
        return entropies.map((value) => value <= median)
      })
      return isLow[0]!.map((low, v) => Number(low && isLow[1]![v]!))
    },
  },
}

/** What takes no scores of several classes, or has its numbers elsewhere. */
const WITHOUT_CLASSES = {
  adversarialLoss: 'a judgement, labelled or not',
  binaryCrossEntropy: 'one class',
  consistencyWeight: 'a number of numbers',
  diceLoss: 'one class',
  diceLossLinear: 'one class',
  discriminatorLoss: 'a judgement, labelled or not',
  drawCandidates: 'voxels of masks and labels; below',
  emaDecay: 'a number of numbers',
  euclideanDistance: 'one set of voxels',
  gatherVoxels: 'features',
  innerBoundary: 'one set of voxels',
  knownLabels: 'returns what it is given',
  knownMask: 'returns what it is given',
  meanNormalisedDistance: 'features',
  percentile: 'a number of numbers',
  prototype: 'features',
  sigmoidProbs: 'one class',
  sigmoidRamp: 'a number of numbers',
  signedDistanceMap: 'one set of voxels',
  uncertaintyThreshold: 'a number of numbers',
  withoutGradient: 'returns what it is given',
}

beforeAll(() => tf.setBackend('cpu'))

it('has a formula for every function that takes scores of classes', () => {
  expect([...Object.keys(FORMULAS), ...Object.keys(WITHOUT_CLASSES)].sort()).toEqual(Object.keys(LOSSES).sort())
})

it.each(Object.entries(FORMULAS))('%s', (_, { live, constant = [], call, loops }) => {
  const xs = live.map((of) => of())
  const constants = constant.map((of) => of())
  // A constant of the loops that is none of the function's: what it is compared with at a shift.
  const given = constants.length > 0 ? constants.map(numbers) : xs.map(numbers)
  const expected = [loops(xs.map(numbers), given)].flat()
  const near = (got: readonly number[], wanted: readonly number[]) => {
    expect(got.length).toBe(wanted.length)
    const tolerance = 1e-5 * Math.max(1, ...wanted.map(Math.abs))
    for (const [i, value] of got.entries())
      expect(Math.abs(value - wanted[i]!), `number ${i}: ${value}, ${wanted[i]}`).toBeLessThan(tolerance)
  }
  near(numbers(call(xs, constants)), expected)

  // Of a map every number counts another weight.
  const scalar = (values: readonly number[]) => values.reduce((total, value, i) => total + value * (i + 1), 0)
  const gradients = gradientsOf(() => {
    const y = call(xs, constants)
    return y.rank === 0 ? (y as tf.Scalar) : tf.sum(tf.mul(tf.reshape(y, [y.size]), tf.range(1, y.size + 1)))
  }, [...xs, ...constants])
  const step = 1e-5
  xs.forEach((x, i) => {
    const at = (place: number, shift: number) => {
      const moved = xs.map(numbers)
      moved[i]![place]! += shift
      return scalar([loops(moved, given)].flat())
    }
    const differences = Array.from({ length: x.size }, (_, place) => (at(place, step) - at(place, -step)) / (2 * step))
    expect(Math.hypot(...differences)).toBeGreaterThan(1e-3)
    near(Array.from(gradients[i]!), differences)
  })
  for (const gradient of gradients.slice(xs.length)) expect(gradient).toBeNull()
})

it('drawCandidates takes the voxels outside the mask of each of three classes', () => {
  const drawn = losses.drawCandidates(mask(), labels(), { classes: C })
  expect(drawn.map((voxels) => [...voxels])).toEqual([[5, 9], [], [2]])
})
