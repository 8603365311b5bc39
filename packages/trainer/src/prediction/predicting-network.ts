import { besideBackground } from '@dualseg/losses'
import type { Network } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import type { Predictor } from '../methods/definition/method'
import type { NetworkSet } from '../training/create-networks'

/** One of the networks that a run predicts with: the run's probabilities are the mean of theirs. */
export interface PredictingNetwork {
  /** As the method calls it. */
  readonly name: string
  readonly network: Network
  /**
   * Windows `[batch, x, y, z, images of a case]`, prepared as in training, to scores `[batch, x, y, z, channels]` of every class, background first, or of the
   * foreground alone where there is one class; in evaluation mode. The tensors are the caller's.
   */
  score(windows: tf.Tensor5D): WindowScores
}

export interface WindowScores {
  /** Before softmax or sigmoid. */
  readonly logits: tf.Tensor5D
  /** After it. */
  readonly probs: tf.Tensor5D
}

/** How a network of a method predicts. */
export function predictingNetwork(networks: NetworkSet, { network: name, output }: Required<Predictor>): PredictingNetwork {
  const { network } = networks.get(name)
  if (network.kind === 'discriminator' || network.kind === 'feature-heads') {
    throw new Error(`'${name}' is of kind '${network.kind}' and predicts no map`)
  }
  return {
    name,
    network,
    score(windows) {
      const outputs = network.forward(windows, { training: false })
      const scores = output === 'decoder1' ? outputs.decoders?.[0] : outputs[output]
      if (scores === undefined) throw new Error(`network '${name}' returned no '${output}'`)
      if (output === 'logit' && scores.shape[4] === 1) return { logits: scores, probs: tf.sigmoid(scores) }
      const logits = output === 'logit' ? besideBackground<tf.Tensor5D>(scores) : scores
      return { logits, probs: tf.softmax(logits) }
    },
  }
}
