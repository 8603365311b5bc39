import type { Libtorch } from './libtorch'

export interface CudaSwitches {
  /** True: TensorFloat-32 in convolutions and matrix products. */
  readonly tf32: boolean
  /** True: cuDNN times its algorithms and takes the fastest. False: its deterministic ones, by its own judgement. */
  readonly fastest: boolean
}

/**
 * Sets what PyTorch decides by global switches. They are no part of the C interface, so the C++ functions behind them are called.
 *
 * @returns what could not be set, a line each
 */
export function setCudaSwitches(library: Libtorch, { tf32, fastest }: CudaSwitches): string[] {
  const missing: string[] = []
  const context = library.libraries.optional('uintptr_t _ZN2at13globalContextEv()')?.() as number | bigint | undefined
  const set = (what: string, name: string, value: boolean) => {
    const setter = library.libraries.optional(`void ${name}(uintptr_t context, bool value)`)
    if (context === undefined || setter === undefined) missing.push(what)
    else setter(context, value)
  }
  set('TF32 of convolutions', '_ZN2at7Context17setAllowTF32CuDNNEb', tf32)
  set('TF32 of matrix products', '_ZN2at7Context18setAllowTF32CuBLASEb', tf32)
  set('deterministic cuDNN', '_ZN2at7Context21setDeterministicCuDNNEb', !fastest)
  set('benchmarks of cuDNN', '_ZN2at7Context17setBenchmarkCuDNNEb', fastest)
  return missing.map((what) => `${what} cannot be set in this build of PyTorch: its default holds`)
}
