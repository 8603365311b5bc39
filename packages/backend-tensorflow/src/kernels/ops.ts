import type { KernelCall as Call, EngineKernel, EngineKernels } from '@dualseg/kernels/engine'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { CONSTANTS, type NodeBackend, type OpAttr } from '../tfjs-node'

export { attrsOf, listOf } from '@dualseg/kernels/engine'

export type KernelCall = Call<NodeBackend>

/** Runs in a tidy; `null` leaves the call to the kernel that was there under the same name. */
export type TensorFlowKernel = EngineKernel<NodeBackend, Tensor>

export type KernelTable = EngineKernels<NodeBackend, Tensor>

/** The attribute `T` of nearly every op. */
export const FLOAT: OpAttr = typeAttr('T', CONSTANTS.TF_FLOAT)

export function typeAttr(name: string, value: number): OpAttr {
  return { name, type: CONSTANTS.TF_ATTR_TYPE, value }
}

export function textAttr(name: string, value: string): OpAttr {
  return { name, type: CONSTANTS.TF_ATTR_STRING, value }
}

export function numberAttr(name: string, value: number): OpAttr {
  return { name, type: CONSTANTS.TF_ATTR_FLOAT, value }
}

export function wholeAttr(name: string, value: number | readonly number[]): OpAttr {
  return { name, type: CONSTANTS.TF_ATTR_INT, value }
}

export function flagAttr(name: string, value: boolean): OpAttr {
  return { name, type: CONSTANTS.TF_ATTR_BOOL, value }
}

/** A shape as an input of an op. */
export function shapeInput(shape: readonly number[]): Tensor {
  return tf.tensor1d([...shape], 'int32')
}

/** Runs an op of TensorFlow's that has one output. */
export function run(backend: NodeBackend, op: string, inputs: readonly TensorInfo[], attrs: readonly OpAttr[] = [FLOAT]): Tensor {
  return backend.executeSingleOutput(op, attrs, inputs)
}

/** The same memory under another shape. */
export function reshaped(backend: NodeBackend, x: TensorInfo, shape: readonly number[]): Tensor {
  return run(backend, 'Reshape', [x, shapeInput(shape)], [FLOAT, typeAttr('Tshape', CONSTANTS.TF_INT32)])
}
