/**
 * Bidirectional copy-paste: labelled volumes with a box of an unlabelled one, and unlabelled ones with a box of a labelled one; each voxel is taught by what it is of,
 * the label or the teacher's pseudo label.
 *
 * Paper: Bai, Chen, Li, Shen, Wang: Bidirectional copy-paste for semi-supervised medical image segmentation, CVPR 2023.
 * Protocol: batches of 2 labelled a, b and 2 unlabelled u, v (of larger batches a half each). C classes. M: 0 in a box of two thirds of every axis, one a step.
 *
 *   CD(z, y, m) = Dice(softmax(z), y; m) + CE(z, y; m), Dice sample by sample and class by class
 *   first stage, 2/17 of the run:  x = M a + (1 - M) b,  y likewise;  the student minimises 0.5 CD(student(x), y; 1)
 *   second stage, the teacher a copy of the student:
 *     y_u = largest component of the teacher's foreground, one half of the unlabelled a pass, in training mode
 *     inward   z = student(M a + (1 - M) u):  0.5 CD(z, y_a; M) + 0.25 CD(z, y_u; 1 - M)
 *     outward  z = student(M v + (1 - M) b):  0.25 CD(z, y_v; M) + 0.5 CD(z, y_b; 1 - M)
 *     minimise their sum; no ramp-up, no threshold of confidence
 *     teacher <- 0.99 teacher + 0.01 student, parameters only
 *   predict with the student
 *
 * In its supervised twin's second stage b stands for u, and a for v.
 *
 * Differs:
 * 1. Both stages share the run's iterations, where the script trains 2,000 before its 15,000 (`authors`: 17,000 together).
 * 2. Batches of 2 + 2: a half is one volume, whose batch statistics stand alone; the script has 4 + 4 and halves of two.
 * 3. The second stage begins with the last weights of the first; the script takes those that were best on the test set, and at the end tests the best ones too.
 * 4. More than two classes: the most likely one and the largest component of each, as the repository's script for ACDC; that for the atrium knows two.
 */
import { knownLabels } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { BCP_AUTHORS } from './authors'
import { componentLabels } from './component-labels'
import { copyPaste, drawBox } from './copy-paste'
import { copyPasteHalves } from './copy-paste-halves'
import { pastedSupervision, taught } from './copy-paste-losses'
import { defineMethod } from './definition/define-method'
import { noted, type StepContext, type Terms, term } from './definition/method'
import { emaTeacher, vnet } from './definition/networks-of-a-method'

const NETWORKS = { student: vnet(), teacher: emaTeacher('vnet', { of: 'student', decay: 0.99, warmUp: false }) }

export const bcp = defineMethod({
  name: 'bcp',
  title: 'BCP',
  paper: 'Bai et al., CVPR 2023',
  differs: [
    'pre-training within the common number of iterations',
    'sub-batches of one volume',
    'last weights instead of those that were best on the test set',
  ],
  networks: NETWORKS,
  stages: [
    { name: 'pretrain', share: 2 / 17 },
    { name: 'self-train', share: 15 / 17 },
  ],
  step(context: StepContext<typeof NETWORKS>): Terms<'student'> {
    return context.stage === 'pretrain' ? pretraining(context) : selfTraining(context)
  },
  predictWith: ['student'],
  authors: BCP_AUTHORS,
  audit: {
    ce: { student: ['labelled'] },
    dice: { student: ['labelled'] },
    'inward.labelled': { student: ['labelled'] },
    'inward.pseudo': { student: ['unlabelled'] },
    'outward.labelled': { student: ['labelled'] },
    'outward.pseudo': { student: ['unlabelled'] },
    pseudoVoxels: {},
  },
})

function pretraining({ networks, batch, draws }: StepContext<typeof NETWORKS>) {
  const { image, label, highest } = copyPasteHalves('bcp', batch)
  const masks = drawBox(image.a.shape[0], batch.patch, draws)
  const { logits } = networks.student(copyPaste(image.a, image.b, masks), { samples: 'labelled' })
  return pastedSupervision('student', logits, knownLabels(copyPaste(label.a, label.b, masks), highest))
}

function selfTraining({ networks, batch, draws }: StepContext<typeof NETWORKS>): Terms<'student'> {
  const { image, label } = copyPasteHalves('bcp', batch)
  const { a, b, u = b, v = a } = image
  const masks = drawBox(a.shape[0], batch.patch, draws)
  const { outside, inside } = masks
  const inward = networks.student(copyPaste(a, u, masks), { samples: { labelledWhere: outside } }).logits
  const outward = networks.student(copyPaste(v, b, masks), { samples: { labelledWhere: inside } }).logits
  const trains = ['student'] as const
  const ofInward = term(taught(inward, label.a, outside), { weight: 0.5, trains })
  const ofOutward = term(taught(outward, label.b, inside), { weight: 0.5, trains })
  if (batch.unlabelledCount === 0) return { 'inward.labelled': ofInward, 'outward.labelled': ofOutward }
  const [pseudoU, pseudoV] = [u, v].map((one) => componentLabels(networks.teacher(one, { samples: 'unlabelled' }).logits))
  return {
    'inward.labelled': ofInward,
    'inward.pseudo': term(taught(inward, pseudoU!, inside), { weight: 0.25, trains }),
    'outward.labelled': ofOutward,
    'outward.pseudo': term(taught(outward, pseudoV!, outside), { weight: 0.25, trains }),
    pseudoVoxels: noted(tf.sum<tf.Scalar>(tf.cast(tf.cast(tf.concat([pseudoU!, pseudoV!]), 'bool'), 'float32'))),
  }
}
