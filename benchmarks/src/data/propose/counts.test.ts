import { describe, expect, it } from 'vitest'
import { proposeCounts } from './counts'

const counts = (labelled: number, unlabelled: number) => proposeCounts(labelled, unlabelled, '/lab', 'labels/{case}.nii.gz')

describe('folds and labelled cases that are proposed', () => {
  it.each([
    [100, 0, 5, 16],
    [260, 0, 5, 42],
    [200, 60, 5, 160],
    [12, 0, 5, 4],
    [7, 0, 3, 2],
    [7, 30, 3, 4],
    [4, 0, 2, 1],
    [4, 2, 2, 2],
  ])('of %i cases with labels and %i without: %i folds, %i labelled', (labelled, unlabelled, folds, count) => {
    expect(counts(labelled, unlabelled)).toMatchObject({ folds, labelled: count })
  })

  it('are none for fewer than four labels', () => {
    expect(() => counts(3, 9)).toThrow(
      /3 of 12 scans have a label \(labels\/<case>\.nii\.gz\); at least 4 are needed to train and test/,
    )
  })
})
