import { crossEntropy, diceLossOverClasses } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { type StepContext, type Term, term } from './definition/method'

/** CE and Dice of one network on the labelled half, half of each: how MT, UA-MT and SSL4MIS' methods are supervised. */
export type Supervision<N extends string> = {
  readonly ce: Term<N>
  readonly dice: Term<N>
}

/**
 * `½ CE + ½ Dice` of one network, or of several outputs of it (their means).
 *
 * Dice is the mean over the foreground classes under the common protocol, so that every method has the same; over all classes, background included, under
 * `authors`, as in SSL4MIS.
 *
 * @param outputs class scores of the labelled half
 */
export function supervision<const N extends string>(
  network: N,
  outputs: readonly tf.Tensor5D[],
  { batch: { labels }, protocol }: Pick<StepContext, 'batch' | 'protocol'>,
): Supervision<N> {
  const background = protocol === 'authors'
  const trains = [network]
  const ofAll = (loss: (logits: tf.Tensor5D) => tf.Scalar) => {
    const losses = outputs.map(loss)
    return losses.length === 1 ? losses[0]! : tf.div<tf.Scalar>(tf.addN(losses), losses.length)
  }
  return {
    ce: term(
      ofAll((logits) => crossEntropy(logits, labels)),
      { weight: 0.5, trains },
    ),
    dice: term(
      ofAll((logits) => diceLossOverClasses(tf.softmax(logits), labels, { background })),
      { weight: 0.5, trains },
    ),
  }
}
