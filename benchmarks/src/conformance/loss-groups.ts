import {
  binaryCrossEntropy,
  cosineConsistency,
  crossEntropy,
  crossEntropyMap,
  diceLoss,
  diceLossLinear,
  diceLossOverClasses,
  disagreementMask,
  discriminatorLoss,
  dualTaskConsistency,
  entropyMap,
  entropyMinimisation,
  foregroundProbs,
  klDivergenceMap,
  levelSetProbs,
  meanKl,
  meanSquaredProbs,
  mistakeLoss,
  probsKl,
  prototype,
  rectifiedPseudoLabelLoss,
  releasedPrototypeContrast,
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
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { isKitArray, kitNumber, kitNumbers } from './kit'
import type { Computed, LossCase, LossGroup, LossInputs } from './loss-case'
import { filterGroups } from './loss-filters'
import { firstHalf, labelsOf, signedDistanceTarget } from './loss-inputs'

/** The groups of `losses.json` that check one function or few. */
export const LOSS_GROUPS: Readonly<Record<string, LossGroup>> = {
  crossEntropy: (input) => ({ value: crossEntropy(input('logits'), labelsOf(input('label'))) }),
  diceSq: (input) => ({ value: diceLoss(input('score'), labelsOf(input('label'))) }),
  diceLin: (input) => ({ value: diceLossLinear(input('score'), labelsOf(input('label'))) }),
  diceLin1e5: (input) => ({ value: diceLossLinear(input('score'), labelsOf(input('label')), { smooth: 1e-5 }) }),
  diceSqMeanClasses: (input) => ({ value: diceLossOverClasses(input('probs'), labelsOf(input('label'))) }),
  diceSqSigmoid: (input) => ({ value: diceLoss(sigmoidProbs(input('logit')), labelsOf(input('label'))) }),
  bceWithLogits: (input) => ({ value: binaryCrossEntropy(input('logit'), labelsOf(input('label'))) }),
  softmaxDice: (input) => ({ value: softmaxDiceLoss(input('input'), input('target')) }),

  supervisedHalf(input) {
    const labels = labelsOf(input('label'))
    const ce = crossEntropy(input('logits'), labels)
    const dice = diceLoss(foregroundProbs(tf.softmax(input('logits'))), labels)
    return { value: tf.mul(0.5, tf.add(ce, dice)), values: { ce, dice } }
  },
  mcnetSupervised: (input) => ({
    value: tf.mul(0.5, diceLossLinear(foregroundProbs(tf.softmax(input('logits'))), labelsOf(input('label')))),
  }),

  softmaxMse: (input) => ({
    value: softmaxMse(input('student'), input('teacher')),
    maps: { map: tf.squaredDifference(tf.softmax(input('student')), tf.softmax(input('teacher'))) },
  }),
  probMse: (input) => ({
    value: meanSquaredProbs(input('a'), input('b')),
    maps: { map: tf.squaredDifference(input('a'), input('b')) },
  }),
  entropyMap(input, { options }) {
    const map = entropyMap(input('probs'), { epsilon: kitNumber(options?.eps), normalise: options?.dividedByLn2 === true })
    return { value: tf.mean(map), maps: { map } }
  },
  entropyMinimisation: (input) => ({ value: entropyMinimisation(input('logits')) }),
  klVariants,

  dtcConsistency: (input) => ({
    value: dualTaskConsistency(input('sdm'), input('logit')),
    maps: { mask: levelSetProbs(input('sdm')) },
  }),
  sdfRegression(input) {
    const target = signedDistanceTarget(firstHalf(input('label')))
    return { value: signedDistanceLoss(firstHalf(input('sdm')), target), maps: { target } }
  },
  discriminatorLoss(input) {
    const logits = input('dLogits') as tf.Tensor2D
    return { value: discriminatorLoss(logits, logits.shape[0] / 2) }
  },

  sharpening(input, { options }) {
    const sharpened = sharpenElementwise(input('probs'), kitNumber(options?.temperature))
    const weights = options?.weights
    if (!isKitArray(weights)) throw new Error('the case has no weights')
    return {
      value: tf.sum(tf.mul(sharpened, tf.tensor(Float32Array.from(kitNumbers(weights.data)), weights.shape))),
      maps: { sharpened },
    }
  },
  mcfPseudoLabelMse(input, { options }) {
    const temperature = kitNumber(options?.T)
    const winner = tf.softmax(input('winnerLogits'))
    return {
      value: sharpenedConsistency(tf.softmax(input('loserLogits')), winner, temperature),
      maps: { target: sharpen(winner, temperature) },
    }
  },
  mcfMistake: (input) => mistake(input),
  lusegMistake: (input, { options }) => mistake(input, kitNumber(options?.threshold)),

  dualnetUncertainty(input) {
    const kl = klDivergenceMap(input('vLogits'), input('rLogits'))
    const ce = crossEntropyMap(input('rLogits'), tf.argMax(input('vLogits'), -1))
    return {
      value: rectifiedPseudoLabelLoss(input('rLogits'), input('vLogits')),
      values: { rectified: tf.mean(tf.mul(tf.exp(tf.neg(kl)), ce)), klMean: tf.mean(kl) },
      maps: { kl, ce },
    }
  },
  dualnetCosine: (input) => ({ value: cosineConsistency(tf.softmax(input('vLogits')), tf.softmax(input('rLogits'))) }),

  prototypeContrast(input, { options }) {
    const target = labelsOf(input('target'))
    const candidates = ['backgroundCandidates', 'foregroundCandidates'].map((name) =>
      Int32Array.from(options?.[name] as number[]),
    )
    const { foreground, background, prototypes } = releasedPrototypeContrast(input('features'), target, candidates)
    const pull = tf.add<tf.Scalar>(foreground, background)
    return {
      value: tf.add(pull, prototypes),
      values: { dF: foreground, dB: background, dC: prototypes },
      maps: {
        prototypeF: prototype(input('features'), tf.equal(target, 1)),
        prototypeB: prototype(input('features'), tf.equal(target, 0)),
      },
      extra: { pull, prototypes },
    }
  },
  ...filterGroups,
}

function mistake(input: LossInputs, confidence?: number): Computed {
  const labels = labelsOf(input('label'))
  const v = tf.softmax(input('vLogits'))
  const r = tf.softmax(input('rLogits'))
  const mask = disagreementMask(v, r, { confidence })
  const Ev = mistakeLoss(v, labels, mask)
  const Er = mistakeLoss(r, labels, mask)
  return { value: tf.add(Ev, Er), values: { Ev, Er, maskSum: tf.sum(mask) }, maps: { mask }, exact: ['mask', 'maskSum'] }
}

/** The flavour stands at the beginning of the case's name. */
function klVariants(input: LossInputs, { name }: LossCase): Computed {
  const logits = input('input')
  const target = input('target')
  if (name.startsWith('softmax_kl_loss of UA-MT')) {
    const map = softmaxKlMap(target, logits)
    return { value: tf.mean(map), maps: { map } }
  }
  if (name.startsWith('softmax_kl_loss of DTC with sigmoid=True'))
    return { value: meanKl(target, logits, { activation: 'sigmoid' }) }
  if (name.startsWith('softmax_kl_loss of DTC')) return { value: meanKl(target, logits) }
  if (name.startsWith('compute_kl_loss of SSL4MIS')) return { value: symmetricKl(logits, target, { axis: 'z' }) }
  if (name.startsWith('kl_loss of MC-Net')) return { value: probsKl(logits, target) }
  if (name.startsWith('soft_ce_loss of MC-Net')) return { value: softCrossEntropy(logits, target) }
  throw new Error('unknown flavour of the Kullback-Leibler divergence')
}
