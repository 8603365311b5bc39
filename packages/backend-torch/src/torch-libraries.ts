import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { LibraryHandle } from 'koffi'
import { type FoundTorch, fileName } from './find-torch'
import type { Koffi } from './koffi'
import type { Pointer } from './native-words'

/** A function of a library. */
export type Native = (...args: unknown[]) => unknown
/** A function of the C interface, which says by its result whether it failed; it can run on a thread of its own. */
export type Call = ((...args: unknown[]) => number) & { async: (...args: unknown[]) => void }

/** PyTorch's shared libraries and the C++ runtime: loads them and finds their functions. */
export class TorchLibraries {
  readonly koffi: Koffi
  readonly #found: FoundTorch
  readonly #cpu: LibraryHandle
  #cuda: LibraryHandle | undefined
  #operatorNew: Native | undefined

  /**
   * Loads what a processor needs; a process can do that once.
   *
   * @throws DUALSEG_ENGINE_MISSING if it does not load
   */
  constructor(koffi: Koffi, found: FoundTorch) {
    this.koffi = koffi
    this.#found = found
    // What Python does first: through it all libraries of CUDA are found by their places beside this one. A build without them goes on.
    this.#tryLoad('torch_global_deps')
    this.#load('c10')
    this.#cpu = this.#load('torch_cpu')
  }

  /** Loads what CUDA needs; once. @throws DUALSEG_ENGINE_MISSING if it does not load */
  loadCuda(): void {
    if (this.#cuda !== undefined) return
    this.#tryLoad('c10_cuda')
    this.#cuda = this.#load('torch_cuda')
  }

  /** A function of the C interface. @throws DUALSEG_ENGINE_MISSING if this PyTorch is too old to have it */
  call(signature: string): Call {
    return this.#function(signature) as Call
  }

  /** A function that this build may have: of a newer interface, or of C++ by its mangled name. */
  optional(signature: string): Native | undefined {
    try {
      return this.#cpu.func(signature)
    } catch {
      return undefined
    }
  }

  /** What a function without arguments returns. @throws DUALSEG_ENGINE_MISSING if this PyTorch is too old to have it */
  constant(signature: string): number | bigint {
    return this.#function(signature)() as number | bigint
  }

  /** Memory that C++ may `delete`. */
  newCppObject(bytes: number): Pointer {
    if (this.#operatorNew === undefined) {
      const runtime = { darwin: 'libc++.1.dylib' }[process.platform as string] ?? 'libstdc++.so.6'
      this.#operatorNew = this.koffi.load(runtime).func('uintptr_t _Znwm(size_t bytes)') as unknown as Native
    }
    return Number(this.#operatorNew(bytes))
  }

  #load(library: string): LibraryHandle {
    const file = join(this.#found.folder, fileName(library))
    try {
      return this.koffi.load(file, { lazy: true, global: true })
    } catch (cause) {
      throw dualsegError(
        'DUALSEG_ENGINE_MISSING',
        `torch engine: ${file} does not load: ${(cause as Error).message}; a PyTorch that was installed without its dependencies needs them: \`pip install torch\``,
        { cause },
      )
    }
  }

  #tryLoad(library: string): void {
    try {
      this.koffi.load(join(this.#found.folder, fileName(library)), { lazy: true, global: true })
    } catch {
      // What needs it will say so.
    }
  }

  #function(signature: string): Native {
    try {
      return this.#cpu.func(signature)
    } catch (cause) {
      const name = /(\w+)\(/.exec(signature)?.[1]
      throw dualsegError(
        'DUALSEG_ENGINE_MISSING',
        `torch engine: PyTorch ${this.#found.version} in ${this.#found.folder} has no ${name}; it needs 2.10 or newer: \`pip install --upgrade torch\``,
        { cause },
      )
    }
  }
}
