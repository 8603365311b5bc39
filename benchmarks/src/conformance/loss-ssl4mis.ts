import {
  adversarialLoss,
  consistencyWeight,
  crossEntropy,
  crossPseudoSupervision,
  diceLossOverClasses,
  discriminatorLoss,
  entropyMinimisation,
  interpolationConsistency,
  mixup,
  predictedLabels,
  pyramidConsistency,
  symmetricKl,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { isKitArray, kitNumber, kitNumbers } from './kit'
import type { LossCase, LossGroup, LossInputs } from './loss-case'
import { firstHalf, labelsOf, numbered, secondHalf } from './loss-inputs'

/** The groups that check the losses of SSL4MIS' scripts, put together as they do, for any number of classes. */
export const LOSS_SSL4MIS: Readonly<Record<string, LossGroup>> = {
  diceMeanClasses: (input) => ({ value: diceLossOverClasses(tf.softmax(input('logits')), labelsOf(input('label'))) }),

  entropyMinimisationTotal(input, testCase) {
    const { ce, dice, supervised } = supervision(firstHalf(input('logits')), firstHalf(input('label')))
    const entropyLnC = entropyMinimisation(input('logits'))
    // The script divides by ln 2 whatever the number of classes.
    const classes = input('logits').shape.at(-1)!
    const consistency = tf.mul<tf.Scalar>(entropyLnC, Math.log(classes) / Math.LN2)
    const weight = weightOf(testCase)
    return {
      value: tf.add(supervised, tf.mul(consistency, weight)),
      values: { supervised, ce, dice, consistency, consistencyWeight: weight },
      extra: { consistency, entropyLnC },
    }
  },

  cpsTotal(input, testCase) {
    const [supervised1, supervised2] = ofBoth(input)
    const [first, second] = [secondHalf(input('logits1')), secondHalf(input('logits2'))]
    const pseudo = crossPseudoSupervision(first, second)
    const pseudoSum = tf.add<tf.Scalar>(pseudo.first, pseudo.second)
    const weight = weightOf(testCase)
    return {
      value: tf.addN([supervised1, supervised2, tf.mul<tf.Scalar>(pseudoSum, weight)]),
      values: { supervised1, supervised2, pseudo1: pseudo.first, pseudo2: pseudo.second, consistencyWeight: weight },
      maps: { pseudoLabel1: predictedLabels(first), pseudoLabel2: predictedLabels(second) },
      extra: { pseudoSum },
      exact: ['pseudoLabel1', 'pseudoLabel2'],
    }
  },

  regularisedDropoutTotal(input, testCase) {
    const [supervised1, supervised2] = ofBoth(input)
    const [first, second] = [secondHalf(input('logits1')), secondHalf(input('logits2'))]
    const kl = symmetricKl(first, second, { axis: 'z' })
    const weight = weightOf(testCase)
    return {
      value: tf.addN([supervised1, supervised2, tf.mul<tf.Scalar>(kl, weight)]),
      values: { supervised1, supervised2, kl, consistencyWeight: weight },
      extra: { kl, klOverClasses: symmetricKl(first, second) },
    }
  },

  ictTotal(input, testCase) {
    const student = input('student')
    const labelled = student.shape[0]! - 1
    const [known, mixed] = tf.split(student, [labelled, 1]) as [tf.Tensor, tf.Tensor]
    const [label] = tf.split(input('label'), [labelled, 1]) as [tf.Tensor]
    const factor = kitNumber(testCase.options?.factor)
    const consistency = interpolationConsistency(mixed, input('teacher0'), input('teacher1'), factor)
    const { supervised } = supervision(known, label)
    const weight = weightOf(testCase)
    return {
      value: tf.add(supervised, tf.mul(consistency, weight)),
      values: { supervised, consistency, consistencyWeight: weight },
      maps: { mixedTarget: mixup(tf.softmax(input('teacher0')), tf.softmax(input('teacher1')), factor) },
      extra: { consistency },
    }
  },
  ictMix(input, { options }) {
    const [first, second] = tf.split(input('unlabelled'), 2) as [tf.Tensor, tf.Tensor]
    const mixed = mixup(first, second, kitNumber(options?.factor))
    const { weights } = options as { weights: unknown }
    if (!isKitArray(weights)) throw new Error('the case has no weights')
    return {
      value: tf.sum(tf.mul(mixed, tf.tensor(Float32Array.from(kitNumbers(weights.data)), weights.shape))),
      maps: { mixed, studentInput: tf.concat([input('labelled'), mixed]) },
    }
  },

  danGenerator(input, testCase) {
    const { supervised } = supervision(firstHalf(input('logits')), firstHalf(input('label')))
    const adversarial = adversarialLoss(input('dLogits') as tf.Tensor2D)
    const weight = weightOf(testCase)
    return {
      value: tf.add(supervised, tf.mul(adversarial, weight)),
      values: { supervised, adversarial, consistencyWeight: weight },
      extra: { adversarial },
    }
  },
  danDiscriminator(input) {
    const logits = input('dLogits') as tf.Tensor2D
    return { value: discriminatorLoss(logits, logits.shape[0] / 2) }
  },

  urpcTotal(input, testCase) {
    const scales = numbered(input, testCase, 'logits')
    const { total, perScale } = pyramidConsistency(scales.map(secondHalf))
    const label = firstHalf(input('label'))
    const supervised = tf.div<tf.Scalar>(
      tf.addN(scales.map((logits) => supervision(firstHalf(logits), label).supervised)),
      scales.length,
    )
    const probs = scales.map((logits) => tf.softmax(logits))
    const meanProbs = tf.div(tf.addN(probs), probs.length)
    const mean = secondHalf(meanProbs)
    const divergence = (p: tf.Tensor) => tf.sum(tf.mul(mean, tf.sub(tf.log(mean), tf.log(secondHalf(p)))), -1, true)
    const weight = weightOf(testCase)
    return {
      value: total,
      values: {
        supervised,
        consistencyWeight: weight,
        ...Object.fromEntries(perScale.map((term, scale) => [`consistency${scale + 1}`, term])),
      },
      maps: { meanProbs, ...Object.fromEntries(probs.map((p, scale) => [`kl${scale + 1}`, divergence(p)])) },
      extra: { loss: tf.add(supervised, tf.mul(total, weight)) },
    }
  },
}

/** `½ (CE + Dice)`, Dice averaged over all classes. */
function supervision(logits: tf.Tensor, label: tf.Tensor): Record<'ce' | 'dice' | 'supervised', tf.Scalar> {
  const labels = labelsOf(label)
  const ce = crossEntropy(logits, labels)
  const dice = diceLossOverClasses(tf.softmax(logits), labels)
  return { ce, dice, supervised: tf.mul(0.5, tf.add(ce, dice)) }
}

/** The supervision of two networks. */
function ofBoth(input: LossInputs): [tf.Scalar, tf.Scalar] {
  const label = firstHalf(input('label'))
  return [supervision(firstHalf(input('logits1')), label).supervised, supervision(firstHalf(input('logits2')), label).supervised]
}

function weightOf({ options }: LossCase): number {
  return consistencyWeight(kitNumber(options?.it), {
    lambdaMax: kitNumber(options?.lambdaMax),
    rampLength: kitNumber(options?.rampLength),
  })
}
