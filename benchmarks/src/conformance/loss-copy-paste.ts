import { foregroundProbs, maskedCrossEntropy, maskedDiceLoss, predictedLabels } from '@dualseg/losses'
import { boxMasks, componentLabels, copyPaste } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { kitNumber } from './kit'
import type { LossCase, LossGroup, LossInputs } from './loss-case'
import { labelsOf } from './loss-inputs'

/** The groups that check what BCP pastes together, and what it makes of it. */
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
    const thresholded = tf.greaterEqual(foregroundProbs(tf.softmax(input('logits'))), 0.5)
    return components(input, { thresholded })
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
