/**
 * Uncertainty-aware Mean Teacher: consistency only where the teacher, asked eight times, is certain.
 *
 * Paper: Yu, Wang, Li, Fu, Heng: Uncertainty-aware self-ensembling model for semi-supervised 3D left atrium segmentation, MICCAI 2019.
 * Protocol: batches of 2 labelled + 2 unlabelled.
 *
 *   z = student(x),  t = teacher(x_u + noise)
 *   p = mean of 8 softmaxes: 4 passes of the teacher over the unlabelled volumes stacked twice, fresh noise and dropout each
 *   m = [entropy(p) < H(it)],  H from 0.75 ln 2 up to ln 2
 *   minimise 0.5 CE + 0.5 Dice on the labelled half + w(it) sum m |softmax(z_u) - softmax(t)|^2 / (2 sum m),  w up to 0.1
 *   teacher as in Mean Teacher; predict with the student
 *
 * Differs:
 * 1. The script followed is the one that the README runs: uncertainty and consistency on the unlabelled half alone.
 */
import {
  certaintyMask,
  crossEntropy,
  diceLossOverClasses,
  entropyMap,
  maskedSoftmaxMse,
  meanSoftmax,
  uncertaintyThreshold,
  withoutGradient,
} from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { UA_MT_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { noted, term } from './definition/method'
import { emaTeacher, vnet } from './definition/networks-of-a-method'
import { withTeacherNoise } from './teacher-input'

/** Passes of the stacked volumes: two predictions of each volume a pass, eight in all. */
const PASSES = 4

export const uaMt = defineMethod({
  name: 'ua-mt',
  title: 'UA-MT',
  paper: 'Yu et al., MICCAI 2019',
  differs: ['uncertainty and consistency on unlabelled samples alone, as the released README runs it'],
  networks: { student: vnet(), teacher: emaTeacher('vnet', { of: 'student', decay: 0.99 }) },
  step({ networks: { student, teacher }, batch, labelled, unlabelled, ramp, draws, iteration, iterations }) {
    const { logits } = student(batch.image)
    const labelledLogits = labelled(logits)
    const probs = tf.softmax(labelledLogits)
    const supervision = {
      ce: term(crossEntropy(labelledLogits, batch.labels), { weight: 0.5, trains: ['student'] }),
      dice: term(diceLossOverClasses(probs, batch.labels, { background: false }), { weight: 0.5, trains: ['student'] }),
    }
    if (batch.unlabelledCount === 0) return supervision
    const image = unlabelled(batch.image)
    const target = teacher(withTeacherNoise(image, draws, 'noise/target'), { samples: 'unlabelled' }).logits
    // Of the largest entropy that there can be; the paper has two classes.
    const threshold = uncertaintyThreshold(iteration, iterations) * (Math.log(logits.shape[4]) / Math.LN2)
    const { mask, uncertainty } = tf.tidy(() => {
      const stacked = tf.concat([image, image])
      const passes = Array.from({ length: PASSES }, (_, pass) => {
        const seen = withTeacherNoise(stacked, draws, `noise/uncertainty${pass}`)
        return teacher(seen, { samples: 'unlabelled' }).logits
      })
      const probs = meanSoftmax(passes, batch.unlabelledCount)
      return { mask: certaintyMask(probs, threshold), uncertainty: withoutGradient(() => tf.mean<tf.Scalar>(entropyMap(probs))) }
    })
    return {
      ...supervision,
      consistency: term(maskedSoftmaxMse(unlabelled(logits), target, mask), { weight: ramp(0.1), trains: ['student'] }),
      threshold: noted(threshold),
      uncertainty: noted(uncertainty),
      certainVoxels: noted(tf.sum<tf.Scalar>(mask)),
    }
  },
  predictWith: ['student'],
  authors: UA_MT_FAMILY,
  twin: { common: 'mt', authors: 'mt' },
  audit: {
    ce: { student: ['labelled'] },
    dice: { student: ['labelled'] },
    consistency: { student: ['unlabelled'] },
    threshold: {},
    uncertainty: {},
    certainVoxels: {},
  },
})
