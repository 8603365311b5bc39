import {
  getKernelsForBackend,
  type KernelBackend,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { CORE_OP_CHECKS } from './core-op-checks'
import type { EngineKernels, KernelCall } from './engine-kernel'
import { timed } from './profile-kernels'

export interface BehindOptions<B extends KernelBackend> {
  /** Stands in brackets behind a kernel's name in profiles where the cpu backend computed it. */
  readonly mark: string
  /** Told before every kernel. */
  readonly onCall?: (backend: B, call: KernelCall<B>) => void
  /** Told before every kernel of the cpu backend. */
  readonly onBehind?: (backend: B, kernelName: string) => void
}

/** Backends that have their kernels. */
const registered = new Set<string>()

/**
 * Registers, once, all kernels for a backend that works on memory which the cpu backend can read: its own, with the cpu backend's of the same
 * name behind those that decline, and all others of the cpu backend. Arguments that tfjs-core does not look at are checked before either.
 */
export function registerEngineKernels<B extends KernelBackend>(
  backendName: string,
  own: EngineKernels<B>,
  { mark, onCall, onBehind }: BehindOptions<B>,
): void {
  if (registered.has(backendName)) return
  registered.add(backendName)
  const behind = new Map<string, KernelConfig>()
  for (const config of getKernelsForBackend('cpu')) behind.set(config.kernelName, config)
  for (const kernelName of new Set([...behind.keys(), ...Object.keys(own)])) {
    const kernel = own[kernelName]
    const cpu = behind.get(kernelName)
    const check = CORE_OP_CHECKS[kernelName]
    const kernelFunc: KernelFunc = (untyped) => {
      const call = untyped as unknown as KernelCall<B>
      check?.(call)
      onCall?.(call.backend, call)
      const bytesOf = (result: Result) => tensorBytes(call.inputs) + tensorBytes([result ?? []].flat())
      const result = kernel ? timed(kernelName, () => kernel(call), bytesOf) : null
      if (result !== null) return result
      onBehind?.(call.backend, kernelName)
      return timed(`${kernelName} (${mark})`, () => (cpu as KernelConfig).kernelFunc(untyped), bytesOf)
    }
    registerKernel({ ...cpu, kernelName, backendName, kernelFunc })
  }
}

type Result = TensorInfo | TensorInfo[] | null

/** What is not given, as a convolution's bias, has none. */
function tensorBytes(tensors: NamedTensorInfoMap | readonly TensorInfo[]): number {
  const given = Object.values(tensors)
    .flat()
    .filter((one) => one !== undefined && one !== null) as TensorInfo[]
  return given.reduce((sum, { shape, dtype }) => sum + util.sizeFromShape(shape) * util.bytesPerElement(dtype), 0)
}
