import {
  discrepancyError,
  discrepancyMask,
  discrepancyUncertainty,
  maskedCrossEntropy,
  maskedDiceLoss,
  predictedLabels,
} from '@dualseg/losses'
import { boxMasks, componentLabels, copyPaste } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { kitNumber } from './kit'
import type { Computed, LossCase, LossGroup, LossInputs } from './loss-case'
import { labelsOf } from './loss-inputs'

/** The groups that check what BCP and SDCL paste together, and what they make of it. */
export const LOSS_COPY_PASTE: Readonly<Record<string, LossGroup>> = {
  bcpDice(input, { inputs }) {
    const labels = labelsOf(input('label'))
    const mask = inputs.mask === undefined ? tf.onesLike(labels) : input('mask')
    return { value: maskedDiceLoss(tf.softmax(input('logits')), labels, mask) }
  },
  bcpMixLoss: (input, testCase) => ({
    value: mixed(
      input('logits'),
      { outside: labelsOf(input('labelOut')), inside: labelsOf(input('labelIn')) },
      { outside: input('mask'), inside: tf.sub(1, input('mask')) },
      weightsOf(testCase),
    ),
  }),
  bcpPretrain(input) {
    const masks = masksOf(input, 'imageA')
    const mixedLabel = copyPaste(labelsOf(input('labelA')), labelsOf(input('labelB')), masks)
    const everywhere = tf.onesLike(mixedLabel)
    const ce = maskedCrossEntropy(input('studentLogits'), mixedLabel, everywhere)
    const dice = maskedDiceLoss(tf.softmax(input('studentLogits')), mixedLabel, everywhere)
    return {
      value: tf.mul(0.5, tf.add(ce, dice)),
      values: { ce, dice },
      maps: { mixedImage: copyPaste(input('imageA'), input('imageB'), masks), mixedLabel },
      exact: ['mixedLabel'],
    }
  },
  bcpPseudoLabel(input) {
    const [background, foreground] = tf.unstack(input('logits'), -1)
    return components(input, { thresholded: tf.greaterEqual(foreground!, background!) })
  },
  bcpPseudoLabelClasses: (input) => components(input, { argmax: predictedLabels(input('logits')) }),
  bcpTotal(input, { options }) {
    const masks = masksOf(input, 'imageA')
    const label = { a: labelsOf(input('labelA')), b: labelsOf(input('labelB')) }
    const pseudo = { a: componentLabels(input('teacherA') as tf.Tensor5D), b: componentLabels(input('teacherB') as tf.Tensor5D) }
    const unlabelled = kitNumber(options?.uWeight)
    const lossL = mixed(input('studentL'), { outside: label.a, inside: pseudo.a }, masks, { outside: 1, inside: unlabelled })
    const lossU = mixed(input('studentU'), { outside: pseudo.b, inside: label.b }, masks, { outside: unlabelled, inside: 1 })
    return {
      value: tf.add(lossL, lossU),
      values: { lossL, lossU },
      maps: {
        pseudoA: pseudo.a,
        pseudoB: pseudo.b,
        mixedL: copyPaste(input('imageA'), input('unlabelledA'), masks),
        mixedU: copyPaste(input('unlabelledB'), input('imageB'), masks),
        mixedLabelL: copyPaste(label.a, pseudo.a, masks),
        mixedLabelU: copyPaste(pseudo.b, label.b, masks),
      },
      exact: ['pseudoA', 'pseudoB', 'mixedLabelL', 'mixedLabelU'],
    }
  },

  sdclMse: (input, testCase) => {
    const { labels, weights } = pastedLabels(input, testCase)
    return { value: discrepancyError(tf.softmax(input('logits')), labels, input('discrepancy'), weights) }
  },
  sdclKl: (input, testCase) => {
    const { labels, weights } = pastedLabels(input, testCase)
    return { value: discrepancyUncertainty(input('logits'), labels, input('discrepancy'), weights) }
  },
  sdclTotal,
}

/** Both students on both pasted volumes, l with the unlabelled one outside and u with it inside. */
function sdclTotal(input: LossInputs, { options }: LossCase): Computed {
  const masks = masksOf(input, 'imageA')
  const unlabelled = kitNumber(options?.uWeight)
  const [labelA, labelB, pseudoA, pseudoB] = ['labelA', 'labelB', 'pseudoA', 'pseudoB'].map((name) => labelsOf(input(name))) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ]
  const lessons = [
    { k: 'L', labels: { outside: pseudoA, inside: labelB }, weights: { outside: unlabelled, inside: 1 } },
    { k: 'U', labels: { outside: labelA, inside: pseudoB }, weights: { outside: 1, inside: unlabelled } },
  ] as const
  const discrepancies = { L: discrepancyMask(input('aL'), input('bL')), U: discrepancyMask(input('aU'), input('bU')) }
  const ofStudent = (n: 'a' | 'b') => {
    const over = (loss: (logits: tf.Tensor, lesson: (typeof lessons)[number]) => tf.Scalar) =>
      tf.addN(lessons.map((lesson) => loss(input(`${n}${lesson.k}`), lesson))) as tf.Scalar
    const pasted = ({ labels, weights }: (typeof lessons)[number]) => ({
      labels: copyPaste(labels.outside, labels.inside, masks),
      weights: sideWeights(masks, weights),
    })
    const mix = over((logits, { labels, weights }) => mixed(logits, labels, masks, weights))
    const mse = over((logits, lesson) => {
      const { labels, weights } = pasted(lesson)
      return discrepancyError(tf.softmax(logits), labels, discrepancies[lesson.k], weights)
    })
    const kl = over((logits, lesson) => {
      const { labels, weights } = pasted(lesson)
      return discrepancyUncertainty(logits, labels, discrepancies[lesson.k], weights)
    })
    const loss = tf.addN([mix, tf.mul<tf.Scalar>(mse, kitNumber(options?.mse)), tf.mul<tf.Scalar>(kl, kitNumber(options?.kl))])
    return { mix, mse, kl, loss }
  }
  const [a, b] = [ofStudent('a'), ofStudent('b')]
  return {
    value: tf.add(a.loss, b.loss),
    values: { lossA: a.loss, lossB: b.loss, mixA: a.mix, mixB: b.mix, mseA: a.mse, klA: a.kl, mseB: b.mse, klB: b.kl },
    maps: {
      discrepancyL: discrepancies.L,
      discrepancyU: discrepancies.U,
      mixedL: copyPaste(input('unlabelledA'), input('imageB'), masks),
      mixedU: copyPaste(input('imageA'), input('unlabelledB'), masks),
    },
    extra: { lossA: a.loss, lossB: b.loss },
    exact: ['discrepancyL', 'discrepancyU'],
  }
}

/** What the two sides of a box have of something. */
interface Sides<T> {
  readonly outside: T
  readonly inside: T
}

/** Half of Dice and CE of the voxels outside of a box and of those inside, each with the weight of what they are of. */
function mixed(logits: tf.Tensor, labels: Sides<tf.Tensor>, masks: Sides<tf.Tensor>, weights: Sides<number>): tf.Scalar {
  const probs = tf.softmax(logits)
  const side = (of: keyof Sides<unknown>) =>
    tf.mul<tf.Scalar>(
      tf.add(maskedDiceLoss(probs, labels[of], masks[of]), maskedCrossEntropy(logits, labels[of], masks[of])),
      0.5 * weights[of],
    )
  return tf.add(side('outside'), side('inside'))
}

/** 1 and less: outside and inside unless the unlabelled volume is the outer one. */
function weightsOf({ options }: LossCase): Sides<number> {
  const unlabelled = kitNumber(options?.uWeight)
  return options?.unlab === true ? { outside: unlabelled, inside: 1 } : { outside: 1, inside: unlabelled }
}

function sideWeights(masks: Sides<tf.Tensor>, weights: Sides<number>): tf.Tensor {
  return tf.add(tf.mul(masks.outside, weights.outside), tf.mul(masks.inside, weights.inside))
}

/** The labels of a pasted volume, and what each voxel counts. */
function pastedLabels(input: LossInputs, testCase: LossCase) {
  const outside = input('mask')
  const labels = tf.where(tf.cast(outside, 'bool'), labelsOf(input('labelOut')), labelsOf(input('labelIn')))
  return { labels, weights: sideWeights({ outside, inside: tf.sub(1, outside) }, weightsOf(testCase)) }
}

/** The kit's mask is 1 outside of its box and the same for every sample. */
function masksOf(input: LossInputs, image: string) {
  return boxMasks(tf.sub(1, input('mask')) as tf.Tensor3D, input(image).shape[0]!)
}

function components(input: LossInputs, before: Record<string, tf.Tensor>) {
  const pseudoLabel = componentLabels(input('logits') as tf.Tensor5D)
  const foreground = (labels: tf.Tensor) => tf.sum<tf.Scalar>(tf.cast(tf.notEqual(tf.cast(labels, 'int32'), 0), 'float32'))
  return {
    value: foreground(pseudoLabel),
    values: { beforeComponent: foreground(Object.values(before)[0]!) },
    maps: { ...before, pseudoLabel },
    exact: ['beforeComponent', 'pseudoLabel', ...Object.keys(before)],
  }
}
