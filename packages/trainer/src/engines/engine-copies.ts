import * as tf from '@tensorflow/tfjs-core'

/** Tensors copied between the host and the memory of an engine that has its own. */
export interface EngineCopies {
  readonly toHost: number
  readonly toEngine: number
}

/** What the backend of such an engine has beside the interface of TensorFlow.js. */
interface EngineMemory {
  /** Since it was opened. */
  readonly copies: EngineCopies
  /** Copies values that are still on the host, now instead of when the first kernel wants them. */
  upload(dataId: object): void
}

function engineMemory(): EngineMemory | undefined {
  const backend = tf.backend() as Partial<EngineMemory>
  return backend.copies && backend.upload ? (backend as EngineMemory) : undefined
}

/** Whether the open engine keeps tensors in memory of its own. */
export function hasOwnMemory(): boolean {
  return engineMemory() !== undefined
}

/** Starts to count; the returned function gives what was copied since, or undefined where tensors lie on the host anyway. */
export function countCopies(): () => EngineCopies | undefined {
  const before = engineMemory()?.copies
  return () => {
    const after = engineMemory()?.copies
    return before && after && { toHost: after.toHost - before.toHost, toEngine: after.toEngine - before.toEngine }
  }
}

/** Sends a tensor to the memory of an engine that has its own, ahead of its use. */
export function upload(tensor: tf.Tensor): void {
  engineMemory()?.upload(tensor.dataId)
}
