import {
  adversarialLoss,
  binaryCrossEntropy,
  certaintyMask,
  consistencyWeight,
  cosineConsistency,
  crossEntropy,
  diceLoss,
  diceLossLinear,
  disagreementMask,
  dualTaskConsistency,
  entropyMap,
  foregroundProbs,
  maskedSoftmaxMse,
  meanSoftmax,
  mistakeLoss,
  mutualConsistency,
  rectifiedPseudoLabelLoss,
  sharpenElementwise,
  sharpenedConsistency,
  sigmoidProbs,
  signedDistanceLoss,
  uncertaintyThreshold,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { kitNumber } from './kit'
import type { LossCase, LossGroup, LossInputs } from './loss-case'
import { releasedBlock } from './loss-filters'
import { firstHalf, labelsOf, numbered, secondHalf, signedDistanceTarget } from './loss-inputs'

/** The groups of `losses.json` that check the whole loss of a method, put together as its released script does. */
export const LOSS_TOTALS: Readonly<Record<string, LossGroup>> = {
  uamtTotal(input, { options }) {
    const it = kitNumber(options?.it)
    const student = input('student')
    const unlabelled = student.shape[0]! / 2
    const meanProbs = meanSoftmax([input('passLogits')], unlabelled)
    const threshold = uncertaintyThreshold(it, kitNumber(options?.maxIterations))
    const mask = certaintyMask(meanProbs, threshold)
    const consistency = maskedSoftmaxMse(secondHalf(student), input('teacher'), mask)

    const labels = labelsOf(firstHalf(input('label')))
    const ce = crossEntropy(firstHalf(student), labels)
    const dice = diceLoss(foregroundProbs(tf.softmax(firstHalf(student))), labels)
    const supervised = tf.mul<tf.Scalar>(0.5, tf.add(ce, dice))
    const weight = consistencyWeight(it, { lambdaMax: 0.1 })
    const consistencyLoss = tf.mul<tf.Scalar>(consistency, weight)
    return {
      value: consistency,
      values: { threshold, maskSum: tf.sum(mask), consistencyWeight: weight, ce, dice, supervised, consistencyLoss },
      maps: { meanProbs, uncertainty: entropyMap(meanProbs), mask },
      extra: { loss: tf.add(supervised, consistencyLoss) },
      exact: ['mask', 'maskSum'],
    }
  },

  dtcTotal(input, { options }) {
    const { dice, sdf, bce, supervised } = signedDistanceSupervision(input, kitNumber(options?.beta))
    const consistency = dualTaskConsistency(input('sdm'), input('logit'))
    const weight = consistencyWeight(kitNumber(options?.it), { lambdaMax: kitNumber(options?.lambdaMax) })
    return {
      value: tf.add(supervised, tf.mul(consistency, weight)),
      values: { sdf, bce, dice, consistency, supervised, consistencyWeight: weight },
    }
  },

  sassnetGenerator(input, { options }) {
    const { dice, sdf, bce, supervised } = signedDistanceSupervision(input, kitNumber(options?.beta))
    const adversarial = adversarialLoss(input('dLogits') as tf.Tensor2D)
    const weight = consistencyWeight(kitNumber(options?.it), { lambdaMax: kitNumber(options?.lambdaMax) })
    return {
      value: tf.add(supervised, tf.mul(adversarial, weight)),
      values: { sdf, bce, dice, adversarial, supervised, consistencyWeight: weight },
    }
  },

  mcnetMutual(input, testCase) {
    const { consistency, loss, values } = decoders(input, testCase)
    return { value: consistency, values, extra: { loss }, exact: ['counterAfter'] }
  },

  mcnetPlusTotal(input, testCase) {
    const { consistency, loss, values, sharpened } = decoders(input, testCase)
    return { value: loss, values, extra: { consistency }, maps: { sharpened1: sharpened }, exact: ['counterAfter'] }
  },

  mcfTotal(input, { options }) {
    const { v, r, vWins, values } = twoNetworks(input)
    const [winner, loser] = vWins ? [v, r] : [r, v]
    const consistency = sharpenedConsistency(secondHalf(loser.probs), secondHalf(winner.probs), kitNumber(options?.T))
    const weight = consistencyWeight(kitNumber(options?.it), { lambdaMax: kitNumber(options?.lambdaMax) })
    const loserLoss = tf.add<tf.Scalar>(loser.supervised, tf.mul(consistency, weight))
    const [vLoss, rLoss] = vWins ? [v.supervised, loserLoss] : [loserLoss, r.supervised]
    return {
      value: tf.add(vLoss, rLoss),
      values: { ...values, vLoss, rLoss, consistency, consistencyWeight: weight },
      exact: ['winner', 'maskSum'],
    }
  },

  lusegTotal(input, { options }) {
    const { v, r, vWins, values } = twoNetworks(input, kitNumber(options?.threshold))
    const [winner, loser] = vWins ? [v, r] : [r, v]
    const probs: [tf.Tensor, tf.Tensor] = [constantHalf(loser.probs), constantHalf(winner.probs)]
    const features = secondHalf(input(vWins ? 'rFeatures' : 'vFeatures'))
    const block = releasedBlock(probs, probs, features, kitNumber(options?.percent))
    const weight = consistencyWeight(kitNumber(options?.it), { lambdaMax: kitNumber(options?.lambdaMax) })
    const loserLoss = tf.add<tf.Scalar>(tf.add(loser.supervised, block.lossA), weight * block.conLoss)
    const winnerLoss = tf.add<tf.Scalar>(winner.supervised, block.lossB)
    const [vLoss, rLoss] = vWins ? [winnerLoss, loserLoss] : [loserLoss, winnerLoss]
    const [lossUv, lossUr] = vWins ? [block.lossB, block.lossA] : [block.lossA, block.lossB]
    return {
      value: tf.add(vLoss, rLoss),
      values: { ...values, vLoss, rLoss, lossUv, lossUr, conLoss: block.conLoss, consistencyWeight: weight },
      exact: ['winner', 'maskSum'],
    }
  },

  dualnetTotal(input, { options }) {
    const { v, r, vWins, values } = twoNetworks(input, kitNumber(options?.threshold))
    const [winner, loser] = vWins ? [v, r] : [r, v]
    const uncertainty = rectifiedPseudoLabelLoss(input('rLogits'), input('vLogits'))
    const cosine = cosineConsistency(v.probs, r.probs)
    const block = releasedBlock(
      [constantHalf(loser.probs), constantHalf(winner.probs)],
      [constantHalf(loser.logits), constantHalf(winner.logits)],
      secondHalf(input(vWins ? 'rFeatures' : 'vFeatures')),
      kitNumber(options?.percent),
    )
    const weight = consistencyWeight(kitNumber(options?.it), { lambdaMax: kitNumber(options?.lambdaMax) })
    const constants = tf.add<tf.Scalar>(block.lossA, weight * block.conLoss)
    const loserLoss = tf.addN<tf.Scalar>([loser.supervised, constants, uncertainty, cosine])
    const winnerLoss = tf.add<tf.Scalar>(winner.supervised, block.lossB)
    const [vLoss, rLoss] = vWins ? [winnerLoss, loserLoss] : [loserLoss, winnerLoss]
    const [lossUv, lossUr] = vWins ? [block.lossB, block.lossA] : [block.lossA, block.lossB]
    return {
      value: tf.add(vLoss, rLoss),
      values: { ...values, vLoss, rLoss, lossUv, lossUr, conLoss: block.conLoss, uncertainty, cosine, consistencyWeight: weight },
      exact: ['winner', 'maskSum'],
    }
  },
}

/** Supervision of the two-head networks: Dice of head B plus beta times the regression of head A; the BCE is only logged. */
function signedDistanceSupervision(input: LossInputs, beta: number) {
  const labels = labelsOf(firstHalf(input('label')))
  const logit = firstHalf(input('logit'))
  const sdf = signedDistanceLoss(firstHalf(input('sdm')), signedDistanceTarget(labels))
  const dice = diceLoss(sigmoidProbs(logit), labels)
  return { sdf, dice, bce: binaryCrossEntropy(logit, labels), supervised: tf.add<tf.Scalar>(dice, tf.mul(sdf, beta)) }
}

/** MC-Net and MC-Net+ as released: Dice of class 1 and every class sharpened against its complement, however many there are. */
function decoders(input: LossInputs, testCase: LossCase) {
  const { options } = testCase
  const logits = numbered(input, testCase, 'logits')
  const probs = logits.map((z) => tf.softmax(z))
  const labels = labelsOf(firstHalf(input('label')))
  const isFirst = tf.cast(tf.equal(labels, 1), 'int32')
  const diceSum = tf.addN(probs.map((p) => diceLossLinear(foregroundProbs(firstHalf(p)), isFirst)))
  const ceSum = tf.addN(logits.map((z) => crossEntropy(firstHalf(z), labels)))
  const temperature = kitNumber(options?.temperature)
  const consistency = mutualConsistency(probs, temperature)
  // MC-Net alone counts up before it looks at its ramp.
  const counterAfter = kitNumber(options?.itBeforeIncrement) + 1
  const weight = consistencyWeight(counterAfter, { lambdaMax: kitNumber(options?.lambdaMax) })
  return {
    consistency,
    loss: tf.add<tf.Scalar>(tf.mul(diceSum, kitNumber(options?.lambda_)), tf.mul(consistency, weight)),
    values: { diceSum, ceSum, consistency, consistencyWeight: weight, counterAfter },
    sharpened: sharpenElementwise(probs[0]!, temperature),
  }
}

/** What MCF, LUSEG and DualNet share: two supervised networks, their disagreement, and who wins. */
function twoNetworks(input: LossInputs, confidence?: number) {
  const labels = labelsOf(firstHalf(input('label')))
  const network = (name: string) => {
    const logits = input(name)
    const probs = tf.softmax(logits)
    const labelled = firstHalf(probs)
    const dice = diceLoss(foregroundProbs(labelled), labels)
    return { logits, probs, labelled, ce: crossEntropy(firstHalf(logits), labels), dice }
  }
  const v = network('vLogits')
  const r = network('rLogits')
  const mask = disagreementMask(v.labelled, r.labelled, { confidence })
  const [Ev, Er] = [v, r].map(({ labelled }) => mistakeLoss(labelled, labels, mask)) as [tf.Scalar, tf.Scalar]
  const supervised = ({ ce, dice }: typeof v, mistake: tf.Scalar) =>
    tf.addN<tf.Scalar>([ce, dice, tf.mul<tf.Scalar>(mistake, 0.5)])
  const vSupervised = supervised(v, Ev)
  const rSupervised = supervised(r, Er)
  // A tie goes to the ResNet.
  const vWins = v.dice.dataSync()[0]! < r.dice.dataSync()[0]!
  return {
    v: { ...v, supervised: vSupervised },
    r: { ...r, supervised: rSupervised },
    vWins,
    values: {
      winner: vWins ? 0 : 1,
      vCe: v.ce,
      vDice: v.dice,
      rCe: r.ce,
      rDice: r.dice,
      Ev,
      Er,
      vSupervised,
      rSupervised,
      maskSum: tf.sum(mask),
    },
  }
}

/** The unlabelled half as a constant: the references detach it. */
function constantHalf(batch: tf.Tensor): tf.Tensor {
  const unlabelled = secondHalf(batch)
  return tf.tensor(unlabelled.dataSync(), unlabelled.shape)
}
