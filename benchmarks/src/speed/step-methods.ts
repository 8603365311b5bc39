import { crossEntropy, diceLoss, foregroundProbs } from '@dualseg/losses'
import { defineMethod, type Method, methodNamed, resnet34, term } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import type { StepName } from './request'

/** What `supervised` does to a V-Net, done to a ResNet-34: no method of the comparison, but half of a step of MCF and DualNet. */
const supervisedResnet = defineMethod({
  name: 'supervised-resnet34',
  title: 'Supervised ResNet-34',
  paper: 'none; a measurement',
  usesUnlabelled: false,
  networks: { resnet: resnet34() },
  step({ networks, batch }) {
    const { logits } = networks.resnet(batch.image)
    return {
      ce: term(crossEntropy(logits, batch.labels), { weight: 0.5, trains: ['resnet'] }),
      dice: term(diceLoss(foregroundProbs(tf.softmax(logits)), batch.labels), { weight: 0.5, trains: ['resnet'] }),
    }
  },
  predictWith: ['resnet'],
  authors: methodNamed('mcf').authors,
  audit: { ce: { resnet: ['labelled'] }, dice: { resnet: ['labelled'] } },
})

/** The method behind each step that is measured. */
export function stepMethod(step: StepName): Method {
  if (step === 'vnet') return methodNamed('supervised')
  return step === 'resnet34' ? (supervisedResnet as unknown as Method) : methodNamed(step)
}
