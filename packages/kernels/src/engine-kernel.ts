import type { KernelBackend, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'

/** How TensorFlow.js calls a kernel; `B` is the engine's own backend. */
export interface KernelCall<B extends KernelBackend> {
  readonly inputs: NamedTensorInfoMap
  readonly attrs: NamedAttrMap
  readonly backend: B
}

/**
 * A kernel of an engine. `null` declines: types or shapes that it was not written for, which the kernel behind it (another backend's of the
 * same name, or for a kernel of the contract its composite) then computes.
 */
export type EngineKernel<B extends KernelBackend, Result = TensorInfo> = (call: KernelCall<B>) => Result | Result[] | null

/** Kernels by the names under which TensorFlow.js runs them. */
export type EngineKernels<B extends KernelBackend, Result = TensorInfo> = Readonly<Record<string, EngineKernel<B, Result>>>

/** The attributes of a call as the contract has them; tfjs itself hands over an untyped map. */
export function attrsOf<Attrs>({ attrs }: { readonly attrs: NamedAttrMap }): Attrs {
  return attrs as unknown as Attrs
}

/** Whether all of them hold floats. */
export function isFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32')
}

/** All inputs of a kernel that takes a list. */
export function listed(inputs: NamedTensorInfoMap): TensorInfo[] {
  return Object.values(inputs) as TensorInfo[]
}

/** One of the lists that a step of an optimiser takes: the inputs `prefix0`, `prefix1`, …, as many as its attribute `count` says. */
export function listOf({ inputs, attrs }: Pick<KernelCall<KernelBackend>, 'inputs' | 'attrs'>, prefix: string): TensorInfo[] {
  return Array.from({ length: attrs.count as number }, (_, i) => inputs[`${prefix}${i}`]!)
}
