import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * A piece of a loss with its gradient written out: fewer passes over the volume than the chain of tfjs gradients, and no 0 * Infinity.
 *
 * `backward` sees only what `forward` handed to `save`: everything else of the forward pass is freed before.
 *
 * @param inputs the tensors that may receive a gradient; constants are simply closed over
 * @param forward computes the value and saves what the gradient needs
 * @param backward from the gradient of the value to those of `inputs`, in their order
 */
export function ownGradient<T extends Tensor>(
  inputs: Tensor[],
  forward: (save: (tensors: Tensor[]) => void) => T,
  backward: (dy: T, saved: Tensor[]) => Tensor[],
): T {
  const operation = tf.customGrad<T>((...args) => ({
    value: forward(args[args.length - 1] as (tensors: Tensor[]) => void),
    gradFunc: backward,
  }))
  return operation(...inputs)
}

/** A number that a loss has where nothing of `x` enters it: x is taught nothing, by zeros and not by an error of tfjs, as in PyTorch. */
export function constantOf(value: number, x: Tensor): Scalar {
  return ownGradient(
    [x],
    () => tf.scalar(value),
    () => [tf.zerosLike(x)],
  )
}
