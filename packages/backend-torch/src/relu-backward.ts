import type { Libtorch } from './libtorch'
import type { Pointer } from './native-words'

/** dy where y > 0, 0 elsewhere, in one pass; takes both handles over. */
export type ReluBackward = (dy: Pointer, y: Pointer) => Pointer

/** A c10::Scalar of the number 0: tag and value are zeros. */
const SCALAR_WORDS = 8

/**
 * PyTorch's own gradient of the ReLU, where it can be reached. Its operator takes a `Scalar`, which the C interface cannot pass, so this calls the
 * C++ function behind it, by the calling convention of Linux on x86-64. Elsewhere two operators of the C interface do the same in two passes.
 */
export function findReluBackward(library: Libtorch): ReluBackward | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const { koffi } = library
  const call = library.libraries.optional(
    'uintptr_t _ZN2at4_ops18threshold_backward4callERKNS_6TensorES4_RKN3c106ScalarE(uintptr_t result, uintptr_t dy, uintptr_t y, uintptr_t threshold)',
  )
  if (call === undefined) return undefined
  const zero = koffi.alloc('uint64_t', SCALAR_WORDS)
  new Uint8Array(koffi.view(zero, SCALAR_WORDS * 8)).fill(0)
  const threshold = koffi.address(zero)
  return (dy, y) => {
    const result = library.libraries.newCppObject(8)
    call(result, dy, y, threshold)
    library.delete(dy)
    library.delete(y)
    keepAlive(zero)
    return result
  }
}

/** The memory goes with its JavaScript object. */
function keepAlive(_: unknown): void {}
