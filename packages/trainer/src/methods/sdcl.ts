/**
 * SDCL: two networks learn volumes pasted into each other as in BCP, and look again where they disagree: at the label, and away from a wrong certainty.
 *
 * Paper: Song, Wang: SDCL: students discrepancy-informed correction learning for semi-supervised medical image segmentation, MICCAI 2024.
 * Protocol: batches of 2 labelled a, b and 2 unlabelled u, v (of larger batches a half each). C classes. M: 0 in a box of two thirds of every axis, one a step.
 *
 *   CD(z, y, m) = Dice(softmax(z), y; m) + CE(z, y; m), Dice sample by sample and class by class; n is V-Net or ResNet-34
 *   first stage, 16/71 of the run:  x = M a + (1 - M) b,  y likewise;  n minimises 0.5 CD(n(x), y; 1)
 *   second stage, the teacher a copy of V-Net:
 *     y_u = largest component of the teacher's foreground, one half of the unlabelled a pass, in training mode
 *     x_1 = M u + (1 - M) b,  x_2 = M a + (1 - M) v;  t_k and w_k: what each voxel of x_k is taught, and its weight, 1 of a label and 0.5 of a pseudo label
 *     X_k = 1[argmax vnet(x_k) != argmax resnet(x_k)],  p = softmax(n(x_k)),  E = 1[argmax p != t_k]
 *     n minimises the sum over k of  0.5 w CD of the labelled and of the pseudo-labelled voxels, each by itself
 *       + 0.5 sum X_k w_k mean_c (p - t_k)^2 / sum X_k + 0.05 sum X_k E w_k mean_c (-ln p) / sum X_k E;  no ramp-up, no threshold of confidence
 *     teacher <- 0.99 teacher + 0.01 V-Net, parameters only
 *   predict with the mean of both
 *
 * In its supervised twin's second stage a stands for u, and b for v.
 *
 * Differs:
 * 1. Both stages share the run's iterations, where the script trains 80 epochs before its 275 (with 8 labelled 3,200 and 11,000 iterations).
 * 2. V-Net and ResNet-34 with batch normalisation, trained by SGD as every method's; the script has instance normalisation and Adam at 0.001, whose memory it
 *    carries from the first stage into the second.
 * 3. Batches of 2 + 2: a half is one volume; the script has 4 + 4 and halves of two. It crops alone, never shuffles, and so always pairs the same cases.
 * 4. The second stage begins with the last weights of the first; the script takes those that were best on the test set, and at the end tests the best ones too.
 * 5. More than two classes: as in BCP; the script's error of discrepant voxels knows two.
 */
import { discrepancyError, discrepancyMask, discrepancyUncertainty, knownLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { SDCL_AUTHORS } from './authors'
import { componentLabels } from './component-labels'
import { copyPaste, drawBox } from './copy-paste'
import { copyPasteHalves } from './copy-paste-halves'
import { pastedSupervision, taught } from './copy-paste-losses'
import { defineMethod } from './definition/define-method'
import { noted, type StepContext, type Term, term } from './definition/method'
import { emaTeacher } from './definition/networks-of-a-method'
import { PLAYERS, type Player, TWO_NETWORKS } from './two-networks'

const NETWORKS = { ...TWO_NETWORKS, teacher: emaTeacher('vnet', { of: 'vnet', decay: 0.99, warmUp: false }) }

export const sdcl = defineMethod({
  name: 'sdcl',
  title: 'SDCL',
  paper: 'Song & Wang, MICCAI 2024',
  differs: [
    'pre-training within the common number of iterations',
    'batch normalisation and SGD instead of instance normalisation and Adam',
    'sub-batches of one volume',
    'last weights instead of those that were best on the test set',
  ],
  networks: NETWORKS,
  stages: [
    { name: 'pretrain', share: 16 / 71 },
    { name: 'self-train', share: 55 / 71 },
  ],
  step(context: StepContext<typeof NETWORKS>) {
    return context.stage === 'pretrain' ? pretraining(context) : selfTraining(context)
  },
  predictWith: ['vnet', 'resnet'],
  authors: SDCL_AUTHORS,
  audit: {
    'vnet.ce': { vnet: ['labelled'] },
    'vnet.dice': { vnet: ['labelled'] },
    'vnet.labelled': { vnet: ['labelled'] },
    'vnet.pseudo': { vnet: ['unlabelled'] },
    'vnet.error': { vnet: ['labelled', 'unlabelled'] },
    'vnet.uncertainty': { vnet: ['labelled', 'unlabelled'] },
    'resnet.ce': { resnet: ['labelled'] },
    'resnet.dice': { resnet: ['labelled'] },
    'resnet.labelled': { resnet: ['labelled'] },
    'resnet.pseudo': { resnet: ['unlabelled'] },
    'resnet.error': { resnet: ['labelled', 'unlabelled'] },
    'resnet.uncertainty': { resnet: ['labelled', 'unlabelled'] },
    pseudoVoxels: {},
    discrepancyVoxels: {},
  },
})

function pretraining({ networks, batch, draws }: StepContext<typeof NETWORKS>) {
  const { image, label, highest } = copyPasteHalves('sdcl', batch)
  const masks = drawBox(image.a.shape[0], batch.patch, draws)
  const pasted = copyPaste(image.a, image.b, masks)
  const labels = knownLabels(copyPaste(label.a, label.b, masks), highest)
  const terms = PLAYERS.map((name) => {
    const { ce, dice } = pastedSupervision(name, networks[name](pasted, { samples: 'labelled' }).logits, labels)
    return { [`${name}.ce`]: ce, [`${name}.dice`]: dice }
  })
  return Object.assign({}, ...terms) as Record<`${Player}.${'ce' | 'dice'}`, Term<Player>>
}

/** A pasted volume with what its voxels are taught. */
interface Lesson {
  readonly image: tf.Tensor5D
  readonly labels: tf.Tensor4D
  /** 1 in every voxel that is of a labelled volume. */
  readonly labelled: tf.Tensor4D
  /** 1 in every other. */
  readonly unlabelled: tf.Tensor4D
}

function selfTraining({ networks, batch, draws }: StepContext<typeof NETWORKS>) {
  const { image, label, highest } = copyPasteHalves('sdcl', batch)
  const { a, b, u = a, v = b } = image
  const masks = drawBox(a.shape[0], batch.patch, draws)
  const { outside, inside } = masks
  const isTwin = batch.unlabelledCount === 0
  const pseudo = (one: tf.Tensor5D) => componentLabels(networks.teacher(one, { samples: 'unlabelled' }).logits)
  const [ofU, ofV] = isTwin ? [label.a, label.b] : [pseudo(u), pseudo(v)]
  const lessons: readonly Lesson[] = [
    { image: copyPaste(u, b, masks), labels: copyPaste(ofU, label.b, masks), labelled: inside, unlabelled: outside },
    { image: copyPaste(a, v, masks), labels: copyPaste(label.a, ofV, masks), labelled: outside, unlabelled: inside },
  ]
  const logits = lessons.map((lesson) => {
    const options = { samples: { labelledWhere: lesson.labelled } }
    return { vnet: networks.vnet(lesson.image, options).logits, resnet: networks.resnet(lesson.image, options).logits }
  })
  const classes = logits[0]!.vnet.shape[4]
  for (const { labels } of lessons) knownLabels(labels, Math.max(highest, classes - 1))
  const overLessons = (loss: (lesson: Lesson, k: number) => tf.Scalar) => tf.addN(lessons.map(loss)) as tf.Scalar
  const ofLabelled = (name: Player) =>
    term(
      overLessons(({ labels, labelled }, k) => taught(logits[k]![name], labels, labelled)),
      { weight: 0.5, trains: [name] },
    )
  if (isTwin) return { 'vnet.labelled': ofLabelled('vnet'), 'resnet.labelled': ofLabelled('resnet') }
  const discrepancies = logits.map(({ vnet, resnet }) => discrepancyMask(vnet, resnet))
  const terms = PLAYERS.map((name) => {
    const trains = [name]
    const ofName = (k: number) => logits[k]![name]
    const weightOf = ({ labelled, unlabelled }: Lesson) => tf.add(labelled, tf.mul(unlabelled, 0.5))
    return {
      [`${name}.labelled`]: ofLabelled(name),
      [`${name}.pseudo`]: term(
        overLessons(({ labels, unlabelled }, k) => taught(ofName(k), labels, unlabelled)),
        { weight: 0.25, trains },
      ),
      [`${name}.error`]: term(
        overLessons((lesson, k) => discrepancyError(tf.softmax(ofName(k)), lesson.labels, discrepancies[k]!, weightOf(lesson))),
        { weight: 0.5, trains },
      ),
      [`${name}.uncertainty`]: term(
        overLessons((lesson, k) => discrepancyUncertainty(ofName(k), lesson.labels, discrepancies[k]!, weightOf(lesson))),
        { weight: 0.05, trains },
      ),
    }
  })
  const all = Object.assign({}, ...terms) as Record<`${Player}.${'labelled' | 'pseudo' | 'error' | 'uncertainty'}`, Term<Player>>
  return {
    ...all,
    pseudoVoxels: noted(tf.sum<tf.Scalar>(tf.cast(tf.cast(tf.concat([ofU, ofV]), 'bool'), 'float32'))),
    discrepancyVoxels: noted(tf.add<tf.Scalar>(tf.sum(discrepancies[0]!), tf.sum(discrepancies[1]!))),
  }
}
