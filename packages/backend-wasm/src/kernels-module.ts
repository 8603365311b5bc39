import { kernelsBase64, memoryFlagOffset } from './kernels-binary.generated'

/** The kernels as the build embeds them. */
export interface KernelsBinary {
  readonly kernelsBase64: string
  /** Where the limits flag of the memory import stands. */
  readonly memoryFlagOffset: number
}

/** The kernels that run wherever there is SIMD. */
const PLAIN: KernelsBinary = { kernelsBase64, memoryFlagOffset }

/** Bits of the limits flag of a memory import: 1 = has a maximum, 2 = shared. */
const UNSHARED = 1
const SHARED = 3

/**
 * The kernels' module. It holds no atomic instruction, so that shared and unshared memory differ in one byte only.
 *
 * @param options.shared whether the memory to be imported is shared
 * @param options.binary which kernels; the plain ones if not given
 */
export function kernelsBytes({ shared, binary = PLAIN }: { shared: boolean; binary?: KernelsBinary }): Uint8Array<ArrayBuffer> {
  const text = atob(binary.kernelsBase64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  bytes[binary.memoryFlagOffset] = shared ? SHARED : UNSHARED
  return bytes
}

/** Compiles the kernels, synchronously. */
export function compileKernels(options: { shared: boolean; binary?: KernelsBinary }): WebAssembly.Module {
  return new WebAssembly.Module(kernelsBytes(options))
}
