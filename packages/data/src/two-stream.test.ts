import { describe, expect, it } from 'vitest'
import { iterationsPerEpoch, type TwoStream, twoStreamBatch } from './two-stream'

const LA: TwoStream = { labelledCount: 16, unlabelledCount: 64, labelledPerBatch: 2, unlabelledPerBatch: 2 }

function epoch(streams: TwoStream, seed: number, number: number) {
  const length = iterationsPerEpoch(streams)
  return Array.from({ length }, (_, step) => twoStreamBatch(streams, seed, number * length + step))
}

describe('twoStreamBatch', () => {
  it('shows every labelled case once an epoch and 16 of 64 unlabelled ones', () => {
    const batches = epoch(LA, 1, 3)
    expect(batches).toHaveLength(8)
    expect(batches.flatMap(({ labelled }) => labelled).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
    expect(new Set(batches.flatMap(({ unlabelled }) => unlabelled)).size).toBe(16)
  })

  it('drops an incomplete batch', () => {
    expect(iterationsPerEpoch({ ...LA, labelledCount: 7 })).toBe(3)
    expect(epoch({ ...LA, labelledCount: 7 }, 1, 0).flatMap(({ labelled }) => labelled)).toHaveLength(6)
  })

  it('permutes the unlabelled cases again when an epoch needs more than there are', () => {
    const drawn = epoch({ ...LA, unlabelledCount: 5 }, 1, 0).flatMap(({ unlabelled }) => unlabelled)
    for (let block = 0; block < 15; block += 5) expect(drawn.slice(block, block + 5).sort()).toEqual([0, 1, 2, 3, 4])
  })

  it('does without unlabelled cases', () => {
    expect(twoStreamBatch({ ...LA, unlabelledCount: 0, unlabelledPerBatch: 0 }, 1, 5).unlabelled).toEqual([])
  })

  it('depends on seed and epoch alone, whatever was asked before', () => {
    const first = twoStreamBatch(LA, 1, 21)
    twoStreamBatch(LA, 1, 4)
    expect(twoStreamBatch(LA, 1, 21)).toEqual(first)
    expect(epoch(LA, 2, 0)).not.toEqual(epoch(LA, 1, 0))
    expect(epoch(LA, 1, 1)).not.toEqual(epoch(LA, 1, 0))
  })

  it('keeps the labelled order when the number of unlabelled cases changes', () => {
    const supervised = { ...LA, unlabelledCount: 0, unlabelledPerBatch: 0 }
    expect(epoch(supervised, 1, 2).map(({ labelled }) => labelled)).toEqual(epoch(LA, 1, 2).map(({ labelled }) => labelled))
  })

  it('refuses counts that cannot fill a batch', () => {
    expect(() => iterationsPerEpoch({ ...LA, labelledCount: 1 })).toThrow(
      'twoStreamBatch: 1 labelled cases cannot fill batches with 2; label more cases or take smaller',
    )
    expect(() => iterationsPerEpoch({ ...LA, unlabelledCount: 0 })).toThrow('batches take 2 unlabelled cases, but there is none')
    expect(() => iterationsPerEpoch({ ...LA, labelledPerBatch: 1.5 })).toThrow(
      'twoStreamBatch: labelledPerBatch is 1.5, not a count',
    )
  })
})
