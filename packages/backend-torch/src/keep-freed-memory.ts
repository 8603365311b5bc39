import type { Koffi } from './koffi'

const M_TRIM_THRESHOLD = -1
const M_MMAP_THRESHOLD = -3
/** Larger blocks go back to the kernel at once: kept blocks leave gaps, which make the peak of a step about half as large again. */
const LARGEST_KEPT = 128 * 2 ** 20

/**
 * Has glibc keep what is freed for the next tensor. It gives blocks above 32 MiB back to the kernel, which hands them out again page by page, zeroed:
 * on the CPU half the time of a training step. PyTorch keeps the memory of cards in the same way. Other C libraries are left as they are.
 */
export function keepFreedMemory(koffi: Koffi): void {
  if (process.platform !== 'linux') return
  try {
    const mallopt = koffi.load('libc.so.6').func('int mallopt(int parameter, int value)') as (
      parameter: number,
      value: number,
    ) => number
    if (mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT) === 1) mallopt(M_TRIM_THRESHOLD, -1)
  } catch {
    // Not glibc.
  }
}
