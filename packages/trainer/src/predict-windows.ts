import * as tf from '@tensorflow/tfjs-core'
import type { NetworkSet } from './create-networks'
import type { Predictor } from './method'
import type { PredictWindows } from './sliding-window'

/**
 * How a method predicts: each of its predicting networks in evaluation mode, softmax or sigmoid of its scores, mean over the networks.
 *
 * @param predictors all with the same kind of scores: class logits, or one foreground logit
 */
export function networkPredictor(
  networks: NetworkSet,
  predictors: readonly Required<Predictor>[],
  patch: readonly [number, number, number],
): PredictWindows {
  return async (windows, count) => {
    const mean = predictors.length === 1 ? undefined : { sum: new Float32Array(0) }
    let probs = new Float32Array(0)
    for (const predictor of predictors) {
      const scores = tf.tidy(() => scoresOf(networks, predictor, tf.tensor5d(windows, [count, ...patch, 1])))
      probs = predictor.output === 'logit' ? sigmoid(await scores.data()) : softmax(await scores.data(), scores.shape[4]!)
      scores.dispose()
      if (mean !== undefined) mean.sum = mean.sum.length === 0 ? probs : addTo(mean.sum, probs)
    }
    if (mean === undefined) return probs
    for (let i = 0; i < mean.sum.length; i++) mean.sum[i]! /= predictors.length
    return mean.sum
  }
}

function scoresOf(networks: NetworkSet, { network, output }: Required<Predictor>, input: tf.Tensor5D): tf.Tensor5D {
  const found = networks.get(network).network
  if (found.kind === 'discriminator') throw new Error(`'${network}' is a discriminator and predicts no map`)
  const outputs = found.forward(input, { training: false })
  const scores = output === 'decoder1' ? outputs.decoders?.[0] : outputs[output]
  if (scores === undefined) throw new Error(`network '${network}' returned no '${output}'`)
  return scores
}

/** exp from the larger logit downwards, as float32 libraries do it; the last axis is the classes. */
export function softmax(logits: ArrayLike<number>, classes: number): Float32Array<ArrayBuffer> {
  const probs = new Float32Array(logits.length)
  for (let at = 0; at < logits.length; at += classes) {
    let largest = logits[at]!
    for (let c = 1; c < classes; c++) largest = Math.max(largest, logits[at + c]!)
    let sum = 0
    for (let c = 0; c < classes; c++) {
      const exponential = Math.exp(logits[at + c]! - largest)
      probs[at + c] = exponential
      sum += exponential
    }
    for (let c = 0; c < classes; c++) probs[at + c]! /= sum
  }
  return probs
}

export function sigmoid(logits: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return Float32Array.from(logits, (z) => 1 / (1 + Math.exp(-z)))
}

function addTo(sum: Float32Array<ArrayBuffer>, values: Float32Array): Float32Array<ArrayBuffer> {
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!
  return sum
}
