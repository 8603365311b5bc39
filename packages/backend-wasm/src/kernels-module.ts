import { kernelsBase64, memoryFlagOffset } from './kernels-binary.generated'

/** Bits of the limits flag of a memory import: 1 = has a maximum, 2 = shared. */
const UNSHARED = 1
const SHARED = 3

/**
 * Compiles the kernels, synchronously. The binary holds no atomic instruction, so that shared and unshared memory differ in one byte only.
 *
 * @param options.shared whether the memory to be imported is shared
 */
export function compileKernels({ shared }: { shared: boolean }): WebAssembly.Module {
  const text = atob(kernelsBase64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  bytes[memoryFlagOffset] = shared ? SHARED : UNSHARED
  return new WebAssembly.Module(bytes)
}
