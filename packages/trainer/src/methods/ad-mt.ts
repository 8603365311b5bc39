/**
 * AD-MT: two teachers take turns in being averaged, each from a student under another augmentation; the student learns what both say together.
 *
 * Paper: Zhao, Wang, Wang, Yu, Guo, Wang: Alternate diverse teaching for semi-supervised medical image segmentation, ECCV 2024.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes; t_1 and t_2 are the teachers.
 *
 *   it is t_1's turn first; after 1 to 19 steps, drawn anew each time, it is the other's
 *   p_i = softmax(t_i(u)), in training mode for whose turn it is, in evaluation mode for the other;  p = w p_1 + (1 - w) p_2,  w = e^-H_1 / (e^-H_1 + e^-H_2), H in bits
 *   y, c = argmax p, max p;  X = 1[argmax p_1 != argmax p_2]
 *   v = a strong view of u (brightness, contrast, noise) in t_1's turn; in t_2's CutMix of u among its samples, and of y, c and X with it
 *   z = student([l, u, v]);  where X and the student says of u something else with more confidence than c, its answer and confidence replace y and c
 *   minimise 0.5 CE(z_l, y_l) + 0.5 Dice(softmax(z_l), y_l) + w(it) mean over c >= 0.8 of CE(z_v, y),  w up to 2
 *   whose turn it is <- a t + (1 - a) student, buffers too,  a = 0 for 80 steps, then min(1 - 1 / (floor((it - 80) / 2) + 1), 0.99)
 *   predict with the student
 *
 * As in the script, CutMix mixes y and not what the student says of u: inside the box the two are of different voxels.
 *
 * Differs:
 * 1. Where no voxel is sure enough the pseudo-label term is 0; the script's is NaN.
 * 2. The strong view is of the common crop; a volume of a single value stays as it is, where the script divides by 0.
 * 3. The released code tests the weights that were best on the test set; here the last ones, as for every method.
 * 4. The common protocol's Dice is of the foreground; the script's averages all classes (`authors` restores it). A teacher's counter of batches is not averaged.
 */
import { knownMask, maskedCrossEntropy, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { turnOf } from './alternation'
import { AD_MT_AUTHORS } from './authors'
import { cutMix, drawCutMix } from './cut-mix'
import { defineMethod } from './definition/define-method'
import { type Draws, noted, term } from './definition/method'
import { emaTeacher, vnet } from './definition/networks-of-a-method'
import { brightnessContrastNoise, type StrongView } from './strong-view'
import { supervision } from './supervision'
import { compromise, teacherEnsemble } from './teacher-ensemble'

/** Confidence from which on a voxel teaches. */
const CONFIDENCE = 0.8
/** The longest turn: half an epoch of the script. */
const LONGEST_TURN = 19

const AVERAGE = { of: 'student', decay: 0.99, statistics: true, from: 80, every: 2 } as const

function turn({ iteration, draws }: { iteration: number; draws: Draws }): 'first' | 'second' {
  const stream = draws.ofRun('turns')
  return turnOf(iteration, () => stream.integer(1, LONGEST_TURN + 1))
}

/** AD-MT with another strong view than its own. */
export function adMtWith(strongView: StrongView) {
  return defineMethod({
    name: 'ad-mt',
    title: 'AD-MT',
    paper: 'Zhao et al., ECCV 2024',
    differs: ['no voxel sure enough is no loss instead of NaN', 'last weights instead of those that were best on the test set'],
    networks: { student: vnet(), teacher1: emaTeacher('vnet', AVERAGE), teacher2: emaTeacher('vnet', AVERAGE) },
    step(context) {
      const { networks, batch, draws, unlabelled, ramp } = context
      const { labelledCount, unlabelledCount, patch } = batch
      if (unlabelledCount === 0) return supervision('student', [networks.student(batch.image).logits], context)
      const isFirst = turn(context) === 'first'
      const weak = unlabelled(batch.image)
      const [first, second] = (['teacher1', 'teacher2'] as const).map((name) =>
        tf.softmax(networks[name](weak, { samples: 'unlabelled', training: isFirst === (name === 'teacher1') }).logits),
      ) as [tf.Tensor5D, tf.Tensor5D]
      const together = teacherEnsemble(first, second)
      const mix = isFirst ? undefined : drawCutMix(unlabelledCount, patch, draws)
      const seen = mix ? cutMix(weak, mix) : strongView(weak, draws)
      const { labels, confidence, conflict } = together
      const taught = mix
        ? { labels: cutMix(labels, mix), confidence: cutMix(confidence, mix), conflict: cutMix(conflict, mix) }
        : together
      const { logits } = networks.student(tf.concat([batch.image, seen]))
      const [ofLabelled, ofWeak, ofSeen] = tf.split(logits, [labelledCount, unlabelledCount, unlabelledCount]) as tf.Tensor5D[]
      const target = compromise(taught, ofWeak!)
      const isSure = knownMask(
        withoutGradient(() => tf.cast(tf.greaterEqual<tf.Tensor4D>(target.confidence, CONFIDENCE), 'float32')),
      )
      return {
        ...supervision('student', [ofLabelled!], context),
        pseudo: term(maskedCrossEntropy(ofSeen!, target.labels, isSure), { weight: ramp(2), trains: ['student'] }),
        sureVoxels: noted(tf.sum<tf.Scalar>(isSure)),
        conflictVoxels: noted(tf.sum<tf.Scalar>(taught.conflict)),
        teacher: noted(isFirst ? 1 : 2),
      }
    },
    averages: (context) => [turn(context) === 'first' ? 'teacher1' : 'teacher2'],
    predictWith: ['student'],
    authors: AD_MT_AUTHORS,
    twin: { common: 'mt' },
    audit: {
      ce: { student: ['labelled'] },
      dice: { student: ['labelled'] },
      pseudo: { student: ['unlabelled'] },
      sureVoxels: {},
      conflictVoxels: {},
      teacher: {},
    },
  })
}

export const adMt = adMtWith(brightnessContrastNoise)
