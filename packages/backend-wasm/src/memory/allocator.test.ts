import { describe, expect, it } from 'vitest'
import { Allocator, BLOCK_ALIGNMENT } from './allocator'

/** A small linear congruential source: the test needs repeatable, not good, numbers. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

describe('Allocator', () => {
  it('gives aligned blocks that never overlap, and gets everything back', () => {
    const random = numbers(7)
    const allocator = new Allocator(100)
    allocator.extend(1 << 22)
    const live = new Map<number, number>()
    for (let round = 0; round < 5000; round++) {
      if (random() < 0.55) {
        const bytes = Math.floor(2 ** (random() * 16))
        const offset = allocator.allocate(bytes)
        if (offset < 0) continue
        expect(offset % BLOCK_ALIGNMENT).toBe(0)
        expect(offset).toBeGreaterThanOrEqual(100)
        expect(offset + bytes).toBeLessThanOrEqual(allocator.end)
        live.set(offset, bytes)
      } else if (live.size > 0) {
        const offset = [...live.keys()][Math.floor(random() * live.size)]!
        live.delete(offset)
        allocator.release(offset)
      }
    }
    const sorted = [...live].sort((a, b) => a[0] - b[0])
    for (let i = 1; i < sorted.length; i++) {
      expect(sorted[i - 1]![0] + sorted[i - 1]![1]).toBeLessThanOrEqual(sorted[i]![0])
    }
    for (const offset of live.keys()) allocator.release(offset)
    const { usedBytes, blockCount, largestFreeBytes, totalBytes } = allocator.statistics()
    expect({ usedBytes, blockCount }).toEqual({ usedBytes: 0, blockCount: 0 })
    expect(largestFreeBytes).toBe(totalBytes)
  })

  it('says -1 when nothing fits, and how much is missing', () => {
    const allocator = new Allocator(0)
    expect(allocator.allocate(1)).toBe(-1)
    allocator.extend(4096)
    expect(allocator.allocate(8192)).toBe(-1)
    allocator.extend(allocator.end + allocator.shortfall(8192))
    expect(allocator.allocate(8192)).toBe(0)
  })

  it('serves sizes up to 4 GB without touching memory', () => {
    const allocator = new Allocator(1024)
    allocator.extend(2 ** 32)
    const first = allocator.allocate(3e9)
    expect(first).toBe(1024)
    const second = allocator.allocate(1e9)
    expect(second).toBeGreaterThanOrEqual(3e9)
    allocator.release(first)
    allocator.release(second)
    expect(allocator.statistics().largestFreeBytes).toBe(2 ** 32 - 1024)
  })

  it('refuses an offset it did not give', () => {
    const allocator = new Allocator(0)
    allocator.extend(4096)
    expect(() => allocator.release(64)).toThrow('no block at offset 64')
  })
})
