import { consistencyWeight, crossEntropy, diceLossOverClasses, maskedCrossEntropy } from '@dualseg/losses'
import { compromise, cutMix, cutMixBox, teacherEnsemble } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { kitNumber } from './kit'
import type { LossGroup } from './loss-case'
import { labelsOf } from './loss-inputs'

/** The label of a voxel that teaches nothing. */
const IGNORED = -100

/** The groups that check what AD-MT's teachers say together, its boxes, and its whole loss. */
export const LOSS_AD_MT: Readonly<Record<string, LossGroup>> = {
  admtEnsemble(input) {
    const [first, second] = ['teacher1', 'teacher2'].map((name) => tf.softmax(input(name)) as tf.Tensor5D)
    const { labels, confidence, conflict, probs, weight } = teacherEnsemble(first!, second!)
    return {
      value: tf.sum(confidence),
      values: { conflictPerSample: tf.div(tf.sum(conflict), conflict.shape[0]) },
      maps: { confidence, pseudoLabel: labels, conflict, ensemble: probs, weight1: weight },
      exact: ['conflictPerSample', 'pseudoLabel', 'conflict'],
    }
  },

  admtCutMixBox(input, { options }) {
    const [samples, ...patch] = input('image').shape as [number, number, number, number]
    const [nx, ny, nz] = patch
    const centres = options?.centres as number[][]
    const boxes = Array.from({ length: samples }, (_, sample) =>
      cutMixBox(
        [nx!, ny!, nz!],
        kitNumber(options?.lambda),
        centres.map((ofAxis) => ofAxis[sample]!),
      ),
    )
    const mixed = (name: string) => cutMix(input(name), { boxes, sources: options?.permutation as number[] })
    const corners = boxes.flatMap((box, sample) =>
      box.flatMap(([from, to], axis) => [
        [`${'xyz'[axis]}1_${sample}`, from],
        [`${'xyz'[axis]}2_${sample}`, to],
      ]),
    )
    const maps = Object.fromEntries(['image', 'pseudoLabel', 'confidence', 'conflict'].map((name) => [name, mixed(name)]))
    return {
      value: tf.sum(maps.image!),
      values: Object.fromEntries(corners),
      maps,
      exact: [...Object.keys(maps), ...corners.map(([name]) => String(name))],
    }
  },

  admtTotal(input, { options }) {
    const half = input('label').shape[0]!
    const [known, weak, seen] = tf.split(input('student'), [half, half, half]) as [tf.Tensor, tf.Tensor5D, tf.Tensor]
    const label = labelsOf(input('label'))
    const supervised = tf.mul<tf.Scalar>(0.5, tf.add(crossEntropy(known, label), diceLossOverClasses(tf.softmax(known), label)))
    const teachers = {
      labels: labelsOf(input('pseudoLabel')) as tf.Tensor4D,
      confidence: input('confidence') as tf.Tensor4D,
      conflict: input('conflict') as tf.Tensor4D,
    }
    const { labels, confidence } = compromise(teachers, weak)
    const isSure = tf.cast(tf.greaterEqual(confidence, kitNumber(options?.tau)), 'float32')
    // Of no voxel the script's mean is NaN.
    const unlabelled = maskedCrossEntropy(seen, labels, isSure, { ifEmpty: Number.NaN })
    const weight = consistencyWeight(kitNumber(options?.it), {
      lambdaMax: kitNumber(options?.lambdaMax),
      rampLength: kitNumber(options?.rampLength),
    })
    return {
      value: tf.add(supervised, tf.mul(unlabelled, weight)),
      values: { supervised, unlabelled, consistencyWeight: weight, kept: tf.sum(isSure) },
      maps: { finalLabel: tf.where(tf.cast(isSure, 'bool'), labels, tf.fill(labels.shape, IGNORED, 'int32')) },
      extra: { unlabelled },
      exact: ['kept', 'finalLabel'],
    }
  },
}
