/**
 * SASSNet: a second head predicts the signed distance map, and a discriminator asks that unlabelled maps look like labelled ones.
 *
 * Paper: Li, Zhang, He: Shape-aware semi-supervised 3D semantic segmentation for medical images, MICCAI 2020.
 * Protocol: batches of 2 labelled + 2 unlabelled.
 *
 *   first player, the segmentation network:
 *     sdm, logit = generator(x),  s = sigmoid(logit)
 *     minimise Dice(s_l, y) + 0.3 mean (sdm_l - sdf(y))^2 + w(it) CE(D(sdm_u, x_u), "labelled"),  w up to 0.01, D in evaluation mode
 *   second player, the discriminator D (Adam, 1e-4), with the network just changed, in evaluation mode and without gradient:
 *     minimise CE(D(sdm, x), [1 1 0 0])
 *   predict with the logit head, sigmoid > 0.5
 *   Several classes have a distance map and a logit each, the background none: s = softmax([0, logit]), which for one class is its sigmoid; Dice and the distances
 *   are means over the classes, D sees all their maps beside the image, and the most likely class is predicted.
 *
 * Differs:
 * 1. The cross entropy that the released script computes is not in its loss; it is only noted here too.
 * 2. w up to 0.01, the released default for 16 labelled cases, whatever the number of labelled cases.
 * 3. The discriminator ends in a global mean and not in a 7x7x5 pool, which fits one patch size alone.
 * 4. A crop that is all of one class has distance -1 everywhere, where the code has NaN.
 */
import { adversarialLoss, discriminatorLoss } from '@dualseg/losses'
import { UA_MT_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { discriminator, vnetTwoHead } from './definition/networks-of-a-method'
import { headSupervision, notedCrossEntropy } from './two-heads'

export const sassnet = defineMethod({
  name: 'sassnet',
  title: 'SASSNet',
  paper: 'Li et al., MICCAI 2020',
  differs: [
    'cross entropy is only noted, as in the released code',
    'adversarial weight up to 0.01 for any number of labelled cases',
    'global mean instead of a 7x7x5 pool in the discriminator',
  ],
  networks: {
    generator: vnetTwoHead(),
    discriminator: discriminator({ learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }),
  },
  phases: [
    {
      name: 'segment',
      optimises: ['generator'],
      terms({ networks: { generator, discriminator }, batch, labelled, unlabelled, ramp }) {
        const { sdm, logit } = generator(batch.image)
        const ofLabelled = { sdm: labelled(sdm), logit: labelled(logit) }
        const supervision = headSupervision('generator', ofLabelled, batch)
        if (batch.unlabelledCount === 0) return supervision
        const judged = discriminator(unlabelled(sdm), {
          context: unlabelled(batch.image),
          training: false,
          samples: 'unlabelled',
        })
        return {
          ...supervision,
          adversarial: term(adversarialLoss(judged.logits), { weight: ramp(0.01), trains: ['generator'] }),
          crossEntropy: notedCrossEntropy(ofLabelled, batch),
        }
      },
    },
    {
      name: 'discriminate',
      optimises: ['discriminator'],
      terms({ networks: { generator, discriminator }, batch }) {
        const { sdm } = generator(batch.image, { training: false, gradient: false })
        const judged = discriminator(sdm, { context: batch.image })
        return { discriminator: term(discriminatorLoss(judged.logits, batch.labelledCount), { trains: ['discriminator'] }) }
      },
    },
  ],
  predictWith: [{ network: 'generator', output: 'logit' }],
  decide: 'threshold',
  authors: UA_MT_FAMILY,
  audit: {
    dice: { generator: ['labelled'] },
    distance: { generator: ['labelled'] },
    adversarial: { generator: ['unlabelled'] },
    crossEntropy: {},
    discriminator: { discriminator: ['labelled', 'unlabelled'] },
  },
})
