import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { TorchBackend } from '../torch-backend'

export interface KernelCall {
  readonly inputs: NamedTensorInfoMap
  readonly attrs: NamedAttrMap
  readonly backend: TorchBackend
}

/** The attributes of a call as the contract has them; tfjs itself hands over an untyped map. */
export function attrsOf<Attrs>({ attrs }: KernelCall): Attrs {
  return attrs as unknown as Attrs
}

/**
 * A kernel of this engine. `null` declines: types or shapes that it was not written for, which the kernel behind it (the cpu backend's, or for a
 * kernel of the contract its composite) then computes.
 */
export type TorchKernel = (call: KernelCall) => TensorInfo | TensorInfo[] | null

/** Kernels by the names under which TensorFlow.js runs them. */
export type KernelTable = Readonly<Record<string, TorchKernel>>

export function isFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32')
}

/** All inputs of a kernel that takes a list. */
export function listed(inputs: NamedTensorInfoMap): TensorInfo[] {
  return Object.values(inputs) as TensorInfo[]
}
