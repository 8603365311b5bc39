/**
 * SS-Net: a prediction shall not change where the volume is shifted in the direction that changes it most, and voxels' features shall come near to those of their class.
 *
 * Paper: Wu, Wu, Wu, Ge, Cai: Exploring smoothness and class-separation for semi-supervised medical image segmentation, MICCAI 2022.
 * Protocol: batches of 2 labelled + 2 unlabelled. C classes.
 *
 *   z, F = vnet(x),  p = softmax(z),  F the 16 channels in front of the head
 *   memory of class c > 0: of the labelled voxels of c that argmax finds, the 32 with the lowest sigmoid(selector_c(projection(F))), projection in evaluation mode
 *   q = prediction(projection(F)) of the labelled voxels by their labels, of the unlabelled ones by argmax
 *   R = 1/C sum_c mean over pairs a_r (1 - cos(q_r, m_k)),  a = n s / sum s,  s = sigmoid(selector_c(sg q));  pulls alone, nothing is pushed apart
 *   V = Dice(softmax vnet(x + 10 d), sg softmax vnet(x)) over all samples and classes together, d the steepest direction after one step from a random one
 *   minimise 0.5 CE(z_l, y) + 0.5 Dice(p_l, y) + w(it + 1) (V + 0.1 (R_l + R_u)),  w up to 1; the ramp's counter is that after the step
 *   predict with V-Net
 *
 * Differs:
 * 1. The script's supervision is Dice with plain sums alone, CE is only logged (`authors` restores it); for more than two classes Dice is the mean over the foreground.
 * 2. F is taken before its dropout, as everywhere here.
 * 3. A memory is of one step. The script keeps that of the last step in which its class had a voxel; without one nothing is pulled here.
 * 4. The selectors for the memory's features are left out: the script divides their scores by themselves, so that they come to 1.
 * 5. The released code tests the weights that were best on the test set; here the last ones, as for every method.
 */
import { crossEntropy, diceLossOverClasses, gatherVoxels, predictedLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { virtualAdversarialLoss } from './adversarial-direction'
import { SS_NET_AUTHORS } from './authors'
import { classContrast, classMemory, type Selector } from './class-contrast'
import { defineMethod } from './definition/define-method'
import { type Draws, type Half, noted, type StepContext, term } from './definition/method'
import { featureHeads, vnet } from './definition/networks-of-a-method'

/** Length of the shift. */
const REACH = 10

const NETWORKS = { vnet: vnet(), heads: featureHeads() }

export const ssNet = defineMethod({
  name: 'ss-net',
  title: 'SS-Net',
  paper: 'Wu et al., MICCAI 2022',
  differs: [
    'features before their dropout',
    'a memory of one step',
    'last weights instead of those that were best on the test set',
  ],
  networks: NETWORKS,
  step(context: StepContext<typeof NETWORKS>) {
    const { networks, batch, draws, ramp, iteration } = context
    const { logits, features } = networks.vnet(batch.image)
    const contrast = contrastOf(context, logits, features)
    const weight = ramp(1, iteration + 1)
    const contrastTerm = (half: Half) => term(contrast[half](), { weight: 0.1 * weight, trains: ['vnet', 'heads'] })
    const ofLabelled = contrastTerm('labelled')
    if (batch.unlabelledCount === 0) return { ...supervisionOf(context, logits), 'labelled.contrast': ofLabelled }
    const ofUnlabelled = contrastTerm('unlabelled')
    const vat = virtualAdversarialLoss(
      batch.image,
      uniformStart(batch.image.shape, draws),
      {
        reference: (image) => networks.vnet(image, { gradient: false }).logits,
        shifted: (image) => networks.vnet(image, { statistics: false }).logits,
      },
      REACH,
    )
    return {
      ...supervisionOf(context, logits),
      vat: term(vat, { weight, trains: ['vnet'] }),
      'labelled.contrast': ofLabelled,
      'unlabelled.contrast': ofUnlabelled,
      memoryRows: noted(contrast.memoryRows),
    }
  },
  predictWith: ['vnet'],
  authors: SS_NET_AUTHORS,
  audit: {
    ce: { vnet: ['labelled'] },
    dice: { vnet: ['labelled'] },
    vat: { vnet: ['labelled', 'unlabelled'] },
    'labelled.contrast': { vnet: ['labelled'], heads: ['labelled'] },
    'unlabelled.contrast': { vnet: ['unlabelled'], heads: ['unlabelled'] },
    memoryRows: {},
  },
})

function supervisionOf({ batch, labelled, protocol }: StepContext<typeof NETWORKS>, logits: tf.Tensor5D) {
  const isAuthors = protocol === 'authors'
  const dice = diceLossOverClasses(tf.softmax(labelled(logits)), batch.labels, {
    background: false,
    denominator: isAuthors ? 'sums' : 'squares',
  })
  return {
    ce: term(crossEntropy(labelled(logits), batch.labels), { weight: isAuthors ? 0 : 0.5, trains: ['vnet'] }),
    dice: term(dice, { weight: isAuthors ? 1 : 0.5, trains: ['vnet'] }),
  }
}

/** How far the features of either half are from the memory of the labelled one. */
function contrastOf(
  { networks, batch, labelled, unlabelled }: StepContext<typeof NETWORKS>,
  logits: tf.Tensor5D,
  features: tf.Tensor5D,
) {
  const classes = logits.shape[4]
  const selectorOf =
    (samples: Half): Selector =>
    (head, rows) =>
      networks.heads(rows, { head, samples }).rows
  const found = predictedLabels(labelled(logits)).dataSync()
  const { labelData } = batch
  const correct = Int32Array.from(labelData.keys()).filter((i) => labelData[i]! > 0 && labelData[i] === found[i])
  const memory = correct.length === 0 ? [] : rememberCorrect()
  function rememberCorrect() {
    const rows = gatherVoxels(labelled(features), correct)
    const volume = tf.reshape<tf.Rank.R5>(rows, [1, correct.length, 1, 1, rows.shape[1]!])
    const projected = networks.heads(volume, { head: 'projection', training: false, gradient: false }).rows
    return classMemory(
      projected,
      Array.from(correct, (i) => labelData[i]!),
      classes,
      selectorOf('labelled'),
    )
  }
  const ofHalf = (map: tf.Tensor5D, labels: ArrayLike<number>, samples: Half) => {
    const projected = networks.heads(map, { head: 'projection', samples }).rows
    const predicted = networks.heads(projected, { head: 'prediction', samples }).rows
    return classContrast(predicted, labels, memory, selectorOf(samples))
  }
  return {
    labelled: () => ofHalf(labelled(features), labelData, 'labelled'),
    unlabelled: () => ofHalf(unlabelled(features), predictedLabels(unlabelled(logits)).dataSync(), 'unlabelled'),
    memoryRows: memory.reduce((sum, ofClass) => sum + (ofClass?.shape[0] ?? 0), 0),
  }
}

/** Uniform from -0.5 to 0.5 in every voxel. */
function uniformStart(shape: tf.Tensor5D['shape'], draws: Draws): tf.Tensor5D {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
  const each = values.length / shape[0]
  for (let sample = 0; sample < shape[0]; sample++) {
    draws.stream('adversarial-start', sample).fillUniform(values.subarray(sample * each, (sample + 1) * each), -0.5, 0.5)
  }
  return tf.tensor5d(values, shape)
}
