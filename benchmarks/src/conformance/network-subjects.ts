import { binaryCrossEntropy, crossEntropy, diceLoss, foregroundProbs, sigmoidProbs } from '@dualseg/losses'
import {
  discriminator,
  type ForwardOptions,
  mcnet,
  type NetworkBase,
  type NetworkOutput,
  resnet34,
  vnet,
  vnetTwoHead,
} from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import { formulaImage, noDraws } from './formula'
import type { NetworkCase, NetworksKit } from './network-cases'

/** A network of the kit, seen the same way whatever it takes and returns. */
export interface NetworkSubject {
  network: NetworkBase<string, unknown>
  /** The formula inputs, in the order in which `forward` takes them. */
  inputs: { name: string; variable: tf.Variable }[]
  forward(options: ForwardOptions): Record<string, tf.Tensor>
  loss(outputs: Record<string, tf.Tensor>): tf.Scalar
}

/** Makes a network of one kind with its formula inputs and its loss. */
export type SubjectMaker = (
  entry: NetworkCase,
  formula: NetworksKit['formula'],
  image: Float32Array,
  label: Uint8Array,
) => NetworkSubject

/** How each kind of the kit is made; what is not here is skipped. */
export const subjectMakers: Readonly<Record<string, SubjectMaker>> = {
  'logits+features': (entry, _, image, label) => {
    const isResnet = entry.tensors[0]?.[0].startsWith('resnet_encoder.')
    const network = (isResnet ? resnet34 : vnet)(sizes(entry))
    return { ...single(network, entry, image), loss: ({ logits }) => supervised(logits!, labels(entry, label)) }
  },
  'sdm+logit': (entry, _, image, label) => ({
    ...single(vnetTwoHead(sizes(entry)), entry, image),
    loss: ({ sdm, logit }) => {
      const target = labels(entry, label)
      const distanceTarget = tf.sub(0.5, tf.cast(tf.expandDims(target, -1), 'float32'))
      const distance = tf.mean<tf.Scalar>(tf.square(tf.sub(sdm!, distanceTarget)))
      return tf.addN([binaryCrossEntropy(logit!, target), diceLoss(sigmoidProbs(logit!), target), distance])
    },
  }),
  decoders: (entry, _, image, label) => {
    const decoders = Object.keys(entry.eval).length as 2 | 3
    return {
      ...single(mcnet({ ...sizes(entry), decoders }), entry, image),
      loss: (outputs) => tf.addN(Object.values(outputs).map((logits) => supervised(logits, labels(entry, label)))),
    }
  },
  discriminator: (entry, { image: constants }, image, label) => {
    const network = discriminator(sizes(entry))
    const shifted = formulaImage(entry.batch, entry.spatial, { ...constants, f1: 2 * constants.f1, a3: -1.5 }, label)
    const map = input('map', entry, shifted.map(Math.tanh))
    const second = input('image', entry, image)
    return {
      network,
      inputs: [map, second],
      forward: (options) => ({ ...network.forward(map.variable, second.variable, options) }),
      loss: ({ logits }) => crossEntropy(logits!, tf.tensor1d([1, 0], 'int32')),
    }
  },
}

function sizes({ tensors }: NetworkCase) {
  return { filters: tensors[0]![1][0]!, dropout: 0, random: noDraws }
}

function input(name: string, { batch, spatial }: NetworkCase, values: Float32Array) {
  const tensor = tf.tensor5d(values, [batch, ...spatial, 1])
  const variable = tf.variable(tensor)
  tensor.dispose()
  return { name, variable }
}

function single(
  network: NetworkBase<string, unknown> & {
    forward(x: tf.Tensor, options: ForwardOptions): NetworkOutput
  },
  entry: NetworkCase,
  image: Float32Array,
): Omit<NetworkSubject, 'loss'> {
  const x = input('image', entry, image)
  return {
    network,
    inputs: [x],
    forward(options) {
      const { decoders = [], ...maps } = network.forward(x.variable, options)
      return { ...maps, ...Object.fromEntries(decoders.map((logits, i) => [`logits${i + 1}`, logits])) } as Record<
        string,
        tf.Tensor
      >
    },
  }
}

function labels({ batch, spatial }: NetworkCase, label: Uint8Array): tf.Tensor4D {
  return tf.tensor4d(label, [batch, ...spatial], 'int32')
}

/** Cross-entropy plus Dice of the foreground, over the whole batch. */
function supervised(logits: tf.Tensor, target: tf.Tensor4D): tf.Scalar {
  return tf.add(crossEntropy(logits, target), diceLoss(foregroundProbs(tf.softmax(logits)), target))
}
