/**
 * Supervised V-Net: what the labelled cases alone can teach.
 *
 * Paper: Milletari, Navab, Ahmadi: V-Net, 3DV 2016; trained as the supervised baseline of UA-MT's code.
 * Protocol: labelled batches only, as many samples as the profile says (4 at full size).
 *
 *   z = vnet(x)
 *   minimise 0.5 CE(z, y) + 0.5 Dice(softmax(z), y)
 *
 * Differs:
 * 1. The released loop runs one step more than its 6,000; the weights tested are those of step 6,000 in both.
 */
import { crossEntropy, diceLossOverClasses } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { UA_MT_FAMILY } from './authors'
import { defineMethod } from './definition/define-method'
import { term } from './definition/method'
import { vnet } from './definition/networks-of-a-method'

export const supervised = defineMethod({
  name: 'supervised',
  title: 'Supervised V-Net',
  paper: 'Milletari et al., 3DV 2016',
  usesUnlabelled: false,
  networks: { vnet: vnet() },
  step({ networks, batch }) {
    const { logits } = networks.vnet(batch.image)
    const probs = tf.softmax(logits)
    return {
      ce: term(crossEntropy(logits, batch.labels), { weight: 0.5, trains: ['vnet'] }),
      dice: term(diceLossOverClasses(probs, batch.labels, { background: false }), { weight: 0.5, trains: ['vnet'] }),
    }
  },
  predictWith: ['vnet'],
  authors: UA_MT_FAMILY,
  audit: {
    ce: { vnet: ['labelled'] },
    dice: { vnet: ['labelled'] },
  },
})
