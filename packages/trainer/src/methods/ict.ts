/**
 * Interpolation consistency: what the student says of two mixed volumes shall be the mixture of what its teacher says of either.
 *
 * Paper: Verma, Lamb, Kannala, Bengio, Lopez-Paz: Interpolation consistency training, IJCAI 2019; on volumes as SSL4MIS' 3-D script.
 * Protocol: batches of 2 labelled + 2 unlabelled u0, u1. C classes.
 *
 *   m ~ Beta(0.2, 0.2), one a step,  x_m = (1 - m) u0 + m u1
 *   z = student([x_l, x_m]): three samples share the batch statistics
 *   q = (1 - m) softmax(teacher(u0)) + m softmax(teacher(u1)), one volume a pass, in training mode, no noise, without gradient
 *   minimise 0.5 CE(z_l, y) + 0.5 Dice(softmax(z_l), y) + w(it) mean (softmax(z_m) - q)^2,  w up to 0.1
 *   teacher as in Mean Teacher; predict with the student
 *
 * Of more unlabelled samples the first half is mixed with the second; the script knows two.
 *
 * Differs:
 * 1. V-Net, as the script's `--model vnet`; by default it trains a 3-D U-Net.
 * 2. The common protocol's Dice is of the foreground, its ramp-up 40 steps; the script's Dice averages all classes, its ramp-up has 200 (`authors` restores both).
 */
import { dualsegError } from '@dualseg/kernels'
import { interpolationConsistency, mixup } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { SSL4MIS_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, term } from './definition/method'
import { emaTeacher, vnet } from './definition/networks-of-a-method'
import { supervision } from './supervision'

const ALPHA = 0.2

export const ict = defineMethod({
  name: 'ict',
  title: 'ICT',
  paper: 'Verma et al., IJCAI 2019',
  differs: ['V-Net instead of a 3-D U-Net'],
  networks: { student: vnet(), teacher: emaTeacher('vnet', { of: 'student', decay: 0.99 }) },
  step(context) {
    const { networks, batch, unlabelled, ramp, draws } = context
    const { labelledCount, unlabelledCount } = batch
    if (unlabelledCount === 0) return supervision('student', [networks.student(batch.image).logits], context)
    if (unlabelledCount % 2 !== 0) {
      throw dualsegError('DUALSEG_VALUE', `ict: ${unlabelledCount} unlabelled samples a batch cannot be mixed in pairs; take 2`)
    }
    const factor = draws.beta('mixing', ALPHA)
    const [first, second] = tf.split(unlabelled(batch.image), 2) as [tf.Tensor5D, tf.Tensor5D]
    const [labelledImage] = tf.split(batch.image, [labelledCount, unlabelledCount]) as [tf.Tensor5D]
    const { logits } = networks.student(tf.concat([labelledImage, mixup(first, second, factor)]))
    const [labelledLogits, mixedLogits] = tf.split(logits, [labelledCount, unlabelledCount / 2]) as [tf.Tensor5D, tf.Tensor5D]
    // Sample by sample: each has its own batch statistics.
    const taught = (images: tf.Tensor5D) =>
      tf.concat(
        (tf.split(images, images.shape[0]) as tf.Tensor5D[]).map(
          (one) => networks.teacher(one, { samples: 'unlabelled' }).logits,
        ),
      )
    const consistency = interpolationConsistency(mixedLogits, taught(first), taught(second), factor)
    return {
      ...supervision('student', [labelledLogits], context),
      consistency: term(consistency, { weight: ramp(0.1), trains: ['student'] }),
      factor: noted(factor),
    }
  },
  predictWith: ['student'],
  authors: SSL4MIS_FAMILY,
  twin: { common: 'mt' },
  audit: {
    ce: { student: ['labelled'] },
    dice: { student: ['labelled'] },
    consistency: { student: ['unlabelled'] },
    factor: {},
  },
})
