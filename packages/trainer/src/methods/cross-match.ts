/**
 * CrossMatch: one network learns what it says itself of a plain volume: under strong views, from perturbed maps, and both together.
 *
 * Paper: Zhao et al.: CrossMatch: enhance semi-supervised medical image segmentation with perturbation strategies and knowledge distillation, IEEE JBHI 2024.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes.
 *
 *   z_l, z_u, z_u^w, z_u^s = vnet([l, u]): of u also with a quarter (w) and three quarters (s) of the channels of all the encoder's maps dropped
 *   v_1, v_2: strong views of u, each in one of two volumes with a box of 2 to 40 % of another's view
 *   z_1, z_2, z_2^w, z_2^s = vnet([v_1, v_2])
 *   D(z | y): Dice of softmax(z) to argmax sg y where max softmax y >= tau, y pasted as the view is
 *   minimise 0.5 CE(z_l, y) + 0.5 Dice(softmax(z_l), y) + 0.25 (D(z_1 | z_u) + D(z_2 | z_u))
 *     + 0.7 mean of D(z_u^w | z_u), D(z_u^s | z_u), D(z_2^w | z_u), D(z_2^s | z_u) + 0.3 mean of D(z_2^w | z_u^w), D(z_2^s | z_u^s)
 *   tau = 0.75 in the first step, then (0.75 + 0.25 ramp) ln 2, the ramp as long as the run: as the code has it, from 0.52 on, so that nearly every voxel teaches
 *   no teacher, no ramp-up of the terms; predict with V-Net
 *
 * Differs:
 * 1. The volume pasted from is the other unlabelled one of the batch; the script loads two more and asks the network for their labels in passes of their own.
 * 2. Strong views are brightness, contrast and noise, as AD-MT's; the script's are a bias field, gamma and blur.
 * 3. SGD as every method's, where the script has AdamW at 0.001. The script's whole loss is half of this one, which AdamW does not notice.
 * 4. The script's box exchanges the axes, so that some are cut or empty; here it lies where it is drawn, and no side is as long as the patch. For more than two classes Dice is the mean over the foreground.
 */
import { diceLoss, foregroundProbs, knownLabels, predictedLabels, sigmoidRamp, withoutGradient } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { CROSS_MATCH_AUTHORS } from './authors'
import { type CutMix, cutMix, drawSharedBoxes } from './cut-mix'
import { defineMethod } from './definition/define-method'
import { noted, type StepContext, term } from './definition/method'
import { vnetPerturbed } from './definition/networks-of-a-method'
import { brightnessContrastNoise } from './strong-view'
import { supervision } from './supervision'

const CONFIDENCE = 0.75
/** Share of what perturbed maps learn from perturbed maps. */
const ETA = 0.3

const NETWORKS = { vnet: vnetPerturbed() }

export const crossMatch = defineMethod({
  name: 'cross-match',
  title: 'CrossMatch',
  paper: 'Zhao et al., JBHI 2024',
  differs: [
    'pastes from the other volume of the batch',
    'brightness, contrast and noise instead of bias field, gamma and blur',
    'SGD instead of AdamW',
  ],
  networks: NETWORKS,
  step(context: StepContext<typeof NETWORKS>) {
    const { networks, batch, labelled, unlabelled, draws, iteration, iterations } = context
    const { unlabelledCount, patch } = batch
    const plain = networks.vnet(batch.image, { perturbed: unlabelledCount })
    const supervised = supervision('vnet', [labelled(plain.logits)], context)
    if (unlabelledCount === 0) return supervised
    const [weak, strong] = plain.perturbed as [tf.Tensor5D, tf.Tensor5D]
    const teacher = unlabelled(plain.logits)
    const image = unlabelled(batch.image)
    const [box1, box2] = ['first', 'second'].map((view) => drawSharedBoxes(unlabelledCount, patch, draws, view)) as [
      CutMix,
      CutMix,
    ]
    const views = [box1, box2].map((box, k) => cutMix(brightnessContrastNoise(image, draws, `view${k + 1}`), box))
    const viewed = networks.vnet(tf.concat(views), { samples: 'unlabelled' })
    const [first, second] = tf.split(viewed.logits, 2) as [tf.Tensor5D, tf.Tensor5D]
    const [secondWeak, secondStrong] = viewed.perturbed as [tf.Tensor5D, tf.Tensor5D]
    const tau = thresholdOf(iteration, iterations)
    const learn = (student: tf.Tensor5D, from: tf.Tensor5D, box?: CutMix) => sureDice(student, from, tau, box)
    const trains = ['vnet'] as const
    const mean = (losses: tf.Scalar[]) => tf.div<tf.Scalar>(tf.addN(losses), losses.length)
    return {
      ...supervised,
      views: term(tf.add(learn(first, teacher, box1), learn(second, teacher, box2)), { weight: 0.25, trains }),
      perturbed: term(
        mean([
          learn(weak, teacher),
          learn(strong, teacher),
          learn(secondWeak, teacher, box2),
          learn(secondStrong, teacher, box2),
        ]),
        { weight: 1 - ETA, trains },
      ),
      distilled: term(mean([learn(secondWeak, weak, box2), learn(secondStrong, strong, box2)]), { weight: ETA, trains }),
      threshold: noted(tau),
    }
  },
  predictWith: ['vnet'],
  authors: CROSS_MATCH_AUTHORS,
  audit: {
    ce: { vnet: ['labelled'] },
    dice: { vnet: ['labelled'] },
    views: { vnet: ['unlabelled'] },
    perturbed: { vnet: ['unlabelled'] },
    distilled: { vnet: ['unlabelled'] },
    threshold: {},
  },
})

/** As the code has it: of the step before, and from the second step on times ln 2, which belongs to an entropy. */
export function thresholdOf(iteration: number, iterations: number): number {
  if (iteration === 0) return CONFIDENCE
  return (CONFIDENCE + (1 - CONFIDENCE) * sigmoidRamp(iteration - 1, iterations)) * Math.LN2
}

/** Dice of the foreground classes to the labels of another answer, in its sure voxels alone. */
export function sureDice(logits: tf.Tensor5D, from: tf.Tensor5D, threshold: number, box?: CutMix): tf.Scalar {
  const classes = logits.shape[4]
  const targets = withoutGradient(() => {
    const pasted = box === undefined ? from : cutMix(from, box)
    const isSure = tf.greaterEqual<tf.Tensor4D>(tf.max(tf.softmax(pasted), -1), threshold)
    const labels = predictedLabels(pasted)
    const ofClass = (label: number) => tf.logicalAnd(tf.equal(labels, tf.scalar(label, 'int32')), isSure)
    return {
      isSure: tf.cast(isSure, 'float32') as tf.Tensor4D,
      labels: Array.from({ length: classes - 1 }, (_, i) => tf.cast(ofClass(i + 1), 'int32') as tf.Tensor4D),
    }
  })
  const probs = tf.softmax(logits)
  const losses = targets.labels.map((labels, i) =>
    diceLoss(tf.mul(foregroundProbs(probs, i + 1), targets.isSure), knownLabels(labels, 1)),
  )
  return tf.div<tf.Scalar>(tf.addN(losses), losses.length)
}
