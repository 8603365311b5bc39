import { totalmem } from 'node:os'
import type { Koffi } from './koffi'

const M_TRIM_THRESHOLD = -1
const M_MMAP_THRESHOLD = -3
/** Kept blocks leave gaps, which make the peak of a step larger: where there is room for them, even the maps of a full-size step are kept. */
const ROOMY = 20 * 2 ** 30
const LARGEST_KEPT = { roomy: 2 ** 30, narrow: 128 * 2 ** 20 }

function isRoomy(): boolean {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) >= ROOMY
}

/** Settings that PyTorch reads when it starts: huge pages spare blocks that are not kept most of their page faults, and cost kept ones their alignment. */
export function askForHugePages(): void {
  if (!isRoomy()) process.env.THP_MEM_ALLOC_ENABLE ??= '1'
}

/**
 * Has glibc keep what is freed for the next tensor. It gives blocks above 32 MiB back to the kernel, which hands them out again page by page, zeroed:
 * on the CPU a good part of a training step. PyTorch keeps the memory of cards in the same way. Other C libraries are left as they are.
 */
export function keepFreedMemory(koffi: Koffi): void {
  if (process.platform !== 'linux') return
  try {
    const mallopt = koffi.load('libc.so.6').func('int mallopt(int parameter, int value)') as (
      parameter: number,
      value: number,
    ) => number
    const largest = isRoomy() ? LARGEST_KEPT.roomy : LARGEST_KEPT.narrow
    if (mallopt(M_MMAP_THRESHOLD, largest) === 1) mallopt(M_TRIM_THRESHOLD, -1)
  } catch {
    // Not glibc.
  }
}
