/**
 * Mean Teacher: the student shall say of unlabelled volumes what its own running average says of them under noise.
 *
 * Paper: Tarvainen, Valpola: Mean teachers are better role models, NeurIPS 2017; on volumes as UA-MT's code without its mask.
 * Protocol: batches of 2 labelled + 2 unlabelled.
 *
 *   z = student(x),  t = teacher(x_u + noise), in training mode, without gradient
 *   minimise 0.5 CE(z_l, y) + 0.5 Dice(softmax(z_l), y) + w(it) mean (softmax(z_u) - softmax(t))^2,  w up to 0.1
 *   teacher <- a teacher + (1 - a) student,  a = min(1 - 1/(it + 1), 0.99), parameters only
 *   predict with the student
 *
 * Differs:
 * 1. UA-MT's repository has no script of its own for it on this data; this is its uncertainty-aware script with a mask of ones.
 */
import { crossEntropy, diceLossOverClasses, softmaxMse } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { UA_MT_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { emaTeacher, vnet } from './definition/networks-of-a-method'
import { withTeacherNoise } from './teacher-input'

export const meanTeacher = defineMethod({
  name: 'mt',
  title: 'MT',
  paper: 'Tarvainen and Valpola, NeurIPS 2017',
  differs: ['no script of its own for this data: the UA-MT script with a mask of ones'],
  networks: { student: vnet(), teacher: emaTeacher('vnet', { of: 'student', decay: 0.99 }) },
  step({ networks: { student, teacher }, batch, labelled, unlabelled, ramp, draws }) {
    const { logits } = student(batch.image)
    const labelledLogits = labelled(logits)
    const probs = tf.softmax(labelledLogits)
    const supervision = {
      ce: term(crossEntropy(labelledLogits, batch.labels), { weight: 0.5, trains: ['student'] }),
      dice: term(diceLossOverClasses(probs, batch.labels, { background: false }), { weight: 0.5, trains: ['student'] }),
    }
    if (batch.unlabelledCount === 0) return supervision
    const seen = withTeacherNoise(unlabelled(batch.image), draws, 'noise/target')
    const target = teacher(seen, { samples: 'unlabelled' }).logits
    return {
      ...supervision,
      consistency: term(softmaxMse(unlabelled(logits), target), { weight: ramp(0.1), trains: ['student'] }),
    }
  },
  predictWith: ['student'],
  authors: UA_MT_FAMILY,
  audit: {
    ce: { student: ['labelled'] },
    dice: { student: ['labelled'] },
    consistency: { student: ['unlabelled'] },
  },
})
