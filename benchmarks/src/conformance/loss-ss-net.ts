import { conv3d } from '@dualseg/kernels'
import { consistencyWeight, diceLossOverClasses, gatherVoxels, predictedLabels } from '@dualseg/losses'
import { type FeatureHeads, featureHeads } from '@dualseg/models'
import { classContrast, classMemory, type Selector, virtualAdversarialLoss } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { formulaState, noDraws, type ParameterFormula } from './formula'
import { kitNumber } from './kit'
import type { LossCase, LossGroup, LossInputs } from './loss-case'
import { firstHalf, labelsOf, secondHalf } from './loss-inputs'

/** The parameters of the heads that the kit's cases are of, by number of classes. */
export type KitHeads = Readonly<Record<string, ParameterFormula>>

/** The groups that check SS-Net's memory, contrast and adversarial loss. */
export function ssNetLosses(kitHeads: KitHeads): Readonly<Record<string, LossGroup>> {
  return {
    ssnetMemory(input, { options }) {
      const classes = kitNumber(options?.classes)
      const heads = headsOf(kitHeads, classes)
      const rows = input('rows')
      const projected = tf.reshape<tf.Rank.R5>(rows, [1, rows.shape[0]!, 1, 1, rows.shape[1]!])
      const memory = classMemory(projected, input('label').dataSync(), classes, selectorOf(heads))
      const kept = memory.map((ofClass) => ofClass ?? tf.zeros<tf.Rank.R2>([0, rows.shape[1]!]))
      const running = heads.buffers.find(({ name }) => name === 'contrastive_class_selector_1.1.running_mean')!
      const maps = {
        ...Object.fromEntries(kept.map((ofClass, c) => [`memory${c}`, ofClass])),
        selectorRunningMean1: copy(running.variable),
      }
      heads.dispose()
      return {
        value: tf.addN(kept.map((ofClass) => tf.sum<tf.Scalar>(ofClass))),
        values: { emptyClasses: memory.filter((ofClass) => ofClass === undefined).length },
        maps,
        exact: ['emptyClasses'],
      }
    },

    ssnetContrast(input, { options, inputs }) {
      const classes = kitNumber(options?.classes)
      const heads = headsOf(kitHeads, classes)
      const features = input('features')
      const memory = Array.from({ length: classes }, (_, c) =>
        inputs[`memory${c}`] === undefined ? undefined : (input(`memory${c}`) as tf.Tensor2D),
      )
      const labels = input('label').dataSync()
      const loss = () =>
        classContrast(
          tf.reshape<tf.Rank.R5>(features, [1, features.shape[0]!, 1, 1, features.shape[1]!]),
          labels,
          memory,
          selectorOf(heads),
        )
      const value = loss()
      const values = { ...selectorGradients(heads, classes, loss) }
      heads.dispose()
      return { value, values }
    },

    ssnetFeatureBranch(input, { options }) {
      const classes = kitNumber(options?.classes)
      const heads = headsOf(kitHeads, classes)
      const [labelled, unlabelled] = [firstHalf(input('embedding')), secondHalf(input('embedding'))] as [tf.Tensor5D, tf.Tensor5D]
      const logits = input('logits')
      const label = firstHalf(input('label'))
      const found = predictedLabels(firstHalf(logits))
      const pseudoLabel = predictedLabels(secondHalf(logits))
      const isCorrect = tf.logicalAnd(tf.equal(tf.cast(label, 'int32'), found), tf.greater(found, 0))
      const known = label.dataSync()
      const flags = isCorrect.dataSync()
      const correct = Int32Array.from(known.keys()).filter((i) => flags[i] === 1)
      const rows = gatherVoxels(labelled, correct)
      const pass = (head: 'projection' | 'prediction', x: tf.Tensor, training = true) => heads.forward(x, { training, head }).rows
      const projected = pass('projection', tf.reshape(rows, [1, correct.length, 1, 1, rows.shape[1]]), false)
      const memory = classMemory(
        projected,
        Array.from(correct, (i) => known[i]!),
        classes,
        selectorOf(heads),
      )
      const of = (map: tf.Tensor5D, labels: ArrayLike<number>) =>
        classContrast(pass('prediction', pass('projection', map)), labels, memory, selectorOf(heads))
      const values = { labelled: of(labelled, known), unlabelled: of(unlabelled, pseudoLabel.dataSync()) }
      const running = heads.buffers.find(({ name }) => name === 'projection_head.1.running_mean')!
      const projectionRunningMean = copy(running.variable)
      const counts = Object.fromEntries(memory.map((ofClass, c) => [`rowsOfClass${c}`, ofClass?.shape[0] ?? 0]))
      return {
        value: tf.add(values.labelled, values.unlabelled),
        values: { ...values, ...counts, emptyMemories: memory.filter((ofClass) => ofClass === undefined).length },
        maps: { correctForeground: tf.cast(isCorrect, 'int32'), pseudoLabel, projectionRunningMean },
        exact: [...Object.keys(counts), 'emptyMemories', 'correctForeground', 'pseudoLabel'],
      }
    },

    ssnetVat(input, { options }) {
      const start = tf.sub<tf.Tensor5D>(input('start'), 0.5)
      const network = (x: tf.Tensor5D) => analyticLogits(x, input)
      return {
        value: virtualAdversarialLoss(
          input('image') as tf.Tensor5D,
          start,
          { reference: network, shifted: network },
          kitNumber(options?.xi),
        ),
      }
    },

    ssnetTotal(input, { options }: LossCase) {
      const labels = labelsOf(input('label'))
      const dice = diceLossOverClasses(tf.softmax(input('logits')), labels, { background: false, denominator: 'sums' })
      const weight = consistencyWeight(kitNumber(options?.itBeforeIncrement) + 1, {
        lambdaMax: kitNumber(options?.lambdaMax),
        rampLength: kitNumber(options?.rampLength),
      })
      const part = (name: string) => tf.sum<tf.Scalar>(input(name))
      const contrast = tf.mul<tf.Scalar>(tf.add(part('contrastL'), part('contrastU')), 0.1)
      return {
        value: tf.add(dice, tf.mul(tf.add(part('lds'), contrast), weight)),
        values: { dice, consistencyWeight: weight },
      }
    },
  }
}

function headsOf(kitHeads: KitHeads, classes: number): FeatureHeads {
  const heads = featureHeads({ classes, random: noDraws })
  heads.loadStateDict(formulaState(heads.tensors, kitHeads[classes]!))
  return heads
}

const selectorOf =
  (heads: FeatureHeads): Selector =>
  (head, rows) =>
    heads.forward(rows, { training: true, head }).rows

/** Lengths of the gradients of the selectors; those of the memory's selectors, which are not built, are 0. */
function selectorGradients(heads: FeatureHeads, classes: number, loss: () => tf.Scalar): Record<string, number> {
  const names = Array.from({ length: classes }, (_, c) => `contrastive_class_selector_${c}`)
  const lengths = names.map((name) => {
    const variables = heads.parameters
      .filter((parameter) => parameter.name.startsWith(`${name}.`))
      .map(({ variable }) => variable)
    const { grads } = tf.engine().gradients(loss, variables, undefined, true)
    const squares = grads.map((gradient) => (gradient ? tf.sum(tf.square(gradient)).dataSync()[0]! : 0))
    return Math.sqrt(squares.reduce((sum, value) => sum + value, 0))
  })
  return Object.fromEntries(
    names.flatMap((name, c) => [
      [`gradL2 ${name}`, lengths[c]!],
      [`gradL2 contrastive_class_selector_memory${c}`, 0],
    ]),
  )
}

function copy(variable: tf.Variable): tf.Tensor {
  return tf.tensor(variable.dataSync(), variable.shape)
}

/** The kit's stand-in for a network: `a x + b x² / 8 + k blur(x) + d`, a class each; blur is the sum over 27 neighbours, 0 outside, by 27. */
function analyticLogits(x: tf.Tensor5D, input: LossInputs): tf.Tensor5D {
  const filter = tf.fill<tf.Rank.R5>([3, 3, 3, 1, 1], 1 / 27)
  const blur = conv3d(x, filter, null, { padding: 1 })
  const parts = [tf.mul(x, input('a')), tf.mul(tf.div(tf.square(x), 8), input('b')), tf.mul(blur, input('k'))]
  return tf.add(tf.addN(parts), input('d'))
}
