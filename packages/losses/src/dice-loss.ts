import { expectOptions } from '@dualseg/kernels'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { foregroundProbs, isClass } from './foreground'
import { ownGradient } from './own-gradient'
import { knownLabels, requireLabelled, requireLabelValues } from './requirements/known-values'
import { requireFinite } from './requirements/numbers'
import { requireOneOf } from './requirements/options'
import { requireFloats, requireSameClasses, requireSameShape } from './requirements/tensors'

export interface DiceLossOptions {
  /** Added to numerator and denominator. */
  smooth?: number
}

export interface ClassDiceOptions extends DiceLossOptions {
  /** Whether the background, class 0, is one of the classes. @default true */
  background?: boolean
  /** `squares` as {@link diceLoss}, `sums` as {@link diceLossLinear}. @default 'squares' */
  denominator?: 'squares' | 'sums'
}

/**
 * Soft Dice loss of one class over the whole batch at once: `1 - (2 Σpt + s) / (Σp² + Σt² + s)`.
 *
 * Source: Milletari et al. 2016; squared denominator as in UA-MT, SASSNet, DTC, MCF, LUSEG and DualNet.
 *
 * @param probs [batch, x, y, z], probability of the class, 0..1
 * @param labels the same shape, 0 or 1; receives no gradient
 * @param options.smooth default 1e-5
 * @returns scalar, 0 (perfect) to 1; an empty label and an empty prediction give 0
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for labels other than 0 and 1 or a NaN `smooth`
 */
export function diceLoss(probs: Tensor, labels: Tensor, options: DiceLossOptions = {}): Scalar {
  return binaryDice('diceLoss', probs, labels, smoothOf('diceLoss', options, 1e-5), true)
}

/**
 * Soft Dice loss with plain sums: `1 - (2 Σpt + s) / (Σp + Σt + s)`.
 *
 * Source: MC-Net (`smooth` 1e-8); UA-MT's second form has `smooth` 1e-5.
 *
 * @param probs [batch, x, y, z], probability of the class, 0..1
 * @param labels the same shape, 0 or 1; receives no gradient
 * @param options.smooth default 1e-8
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ, DUALSEG_VALUE for labels other than 0 and 1 or a NaN `smooth`
 */
export function diceLossLinear(probs: Tensor, labels: Tensor, options: DiceLossOptions = {}): Scalar {
  return binaryDice('diceLossLinear', probs, labels, smoothOf('diceLossLinear', options, 1e-8), false)
}

/**
 * Mean over the classes of {@link diceLoss}, or of {@link diceLossLinear}. Of two classes without the background it is that of the foreground.
 *
 * Source: SSL4MIS, background included.
 *
 * @param probs [batch, x, y, z, classes], after softmax
 * @param labels [batch, x, y, z], 0 ... classes - 1; receives no gradient
 * @param options.smooth default 1e-5 with squares, 1e-8 with sums
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes do not fit, DUALSEG_VALUE for labels outside the classes
 */
export function diceLossOverClasses(probs: Tensor, labels: Tensor, options: ClassDiceOptions = {}): Scalar {
  const where = 'diceLossOverClasses'
  const classes = requireLabelled(where, 'probs', probs, 'labels', labels)
  expectOptions(where, options, ['smooth', 'background', 'denominator'])
  const { background = true, denominator = 'squares' } = options
  requireOneOf(where, 'background', background, [true, false])
  requireOneOf(where, 'denominator', denominator, ['squares', 'sums'])
  const squared = denominator === 'squares'
  const { smooth = squared ? 1e-5 : 1e-8 } = options
  requireFinite(where, 'smooth', smooth, 0)
  return tf.tidy(() => {
    const counted = Array.from({ length: classes }, (_, c) => c).slice(background ? 0 : 1)
    const terms = counted.map((c) =>
      binaryDice(where, foregroundProbs(probs, c), knownLabels(isClass(labels, c), 1), smooth, squared),
    )
    return tf.div<Scalar>(tf.addN(terms), counted.length)
  })
}

/**
 * Dice distance of two softmax outputs, both live: the mean over the classes of `1 - (2 Σpq + s) / (Σp + Σq + s)`.
 *
 * Source: UA-MT, `softmax_dice_loss`.
 *
 * @param firstLogits [..., classes]
 * @param secondLogits the same shape
 * @param options.smooth default 1e-5
 * @returns scalar, 0 to 1
 * @throws DUALSEG_SHAPE if the shapes differ
 */
export function softmaxDiceLoss(firstLogits: Tensor, secondLogits: Tensor, options: DiceLossOptions = {}): Scalar {
  const where = 'softmaxDiceLoss'
  const classes = requireSameClasses(where, 'firstLogits', firstLogits, 'secondLogits', secondLogits)
  const smooth = smoothOf(where, options, 1e-5)
  return tf.tidy(() => {
    const p = tf.softmax(firstLogits)
    const q = tf.softmax(secondLogits)
    const terms = Array.from({ length: classes }, (_, c) => {
      const pc = foregroundProbs(p, c)
      const qc = foregroundProbs(q, c)
      const overlap = tf.add(tf.mul(tf.sum(tf.mul(pc, qc)), 2), smooth)
      return tf.sub(1, tf.div(overlap, tf.add(tf.add(tf.sum(pc), tf.sum(qc)), smooth))) as Scalar
    })
    return tf.div<Scalar>(tf.addN(terms), classes)
  })
}

function smoothOf(where: string, options: DiceLossOptions, usual: number): number {
  expectOptions(where, options, ['smooth'])
  const { smooth = usual } = options
  requireFinite(where, 'smooth', smooth, 0)
  return smooth
}

/** With A = 2 Σpt + s and B the denominator: d/dp = -2t / B + A / B² * (2p or 1). */
function binaryDice(where: string, probs: Tensor, labels: Tensor, smooth: number, squared: boolean): Scalar {
  requireFloats(where, 'probs', probs)
  requireSameShape(where, 'probs', probs, 'labels', labels)
  requireLabelValues(where, 'labels', labels, 2)
  return ownGradient(
    [probs],
    (save) => {
      const t = tf.cast(labels, 'float32')
      const numerator = tf.add(tf.mul(tf.sum(tf.mul(probs, t)), 2), smooth)
      // t is 0 or 1, so Σt² = Σt.
      const denominator = tf.add(tf.add(tf.sum(squared ? tf.square(probs) : probs), tf.sum(t)), smooth)
      const score = tf.div(numerator, denominator)
      save([probs, t, score, denominator])
      return tf.sub(1, score) as Scalar
    },
    (dy, [p, t, score, denominator]) => {
      const scale = tf.div(dy, denominator!)
      const fromOverlap = tf.mul(t!, tf.mul(scale, -2))
      const fromSize = tf.mul(scale, score!)
      return [tf.add(fromOverlap, squared ? tf.mul(p!, tf.mul(fromSize, 2)) : fromSize)]
    },
  )
}
