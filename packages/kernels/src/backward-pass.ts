import * as tf from '@tensorflow/tfjs-core'

/** The part of the tape's book-keeping that tells who else may want a tensor. */
interface TapeState {
  readonly gradientDepth: number
  readonly activeScope: { readonly id: number }
}

function tapeState(): TapeState {
  return (tf.engine() as unknown as { state: TapeState }).state
}

// tfjs keeps every gradient, and all that the forward pass saved, until the whole backward pass ends: as much again as the activations. Large tensors
// therefore go when their last reader has read them. A gradient inside a gradient keeps everything, since the outer one reads the tape once more.

/**
 * Gives up the gradient of an entry's output, which nothing but that entry's gradient function reads. Called from that function, after its last use.
 * What the user handed in as gradient belongs to another scope and stays.
 */
export function releaseGradient(dy: tf.Tensor): void {
  const { gradientDepth, activeScope } = tapeState()
  if (gradientDepth === 0 && dy.scopeId === activeScope.id) dy.dispose()
}

/** Gives up what an entry saved for its gradient function, after its last use there. */
export function releaseSaved(saved: tf.Tensor): void {
  if (tapeState().gradientDepth === 0) saved.dispose()
}
