import type { CaseSource } from '@dualseg/data/node'
import { describe, expect, it } from 'vitest'
import type { UsableCase } from './check-cases'
import { absentClasses, classLines, classShares } from './class-shares'
import { gridLines, gridWarnings } from './grids-of-cases'
import { leaks, sameImages } from './same-images'
import { smallScans, tooShort } from './small-scans'

function usable(id: string, own: Partial<UsableCase> = {}): UsableCase {
  return {
    ...{ id, size: [64, 64, 40], spacing: [1, 1, 1], spacingUnit: 'mm', axes: 'LPS', sha256: id, imageSha256: id },
    ...{ min: 0, max: 1, mean: 0, sd: 1, organVoxels: 1, classVoxels: [1], organShare: 0.1 },
    ...{ isLabelled: true, touchesEdge: false, notes: [] },
    ...own,
  }
}

describe('classes', () => {
  const source = {
    kind: 'files',
    classes: [
      { name: 'liver', values: [5] },
      { name: 'kidneys', values: [2, 3] },
      { name: 'spleen', values: [9] },
    ],
  }
  const cases = [
    usable('A', { size: [10, 10, 10], classVoxels: [100, 5, 0] }),
    usable('B', { size: [10, 10, 20], classVoxels: [100, 0, 0] }),
    usable('C', { isLabelled: false, classVoxels: [0, 0, 0] }),
  ]

  it('are told with the labels that have them and their share of those, and one that none has is a fault', () => {
    const shares = classShares(source as unknown as CaseSource, cases)
    expect(classLines(shares)).toEqual([
      'Class liver (5): in 2 of 2 labels, 7.50 % of their voxels (5.00 to 10.0 %).',
      'Class kidneys (2, 3): in 1 of 2 labels, 0.500 % of their voxels (0.500 to 0.500 %).',
      'Class spleen (9): in 0 of 2 labels.',
    ])
    expect(absentClasses(shares)).toEqual([
      'class spleen: none of 2 labels has a voxel of 9; correct its values in dataset.json, or take it out',
    ])
  })

  it('of scans that nobody outlined are not told', () => {
    const shares = classShares(source as unknown as CaseSource, cases.slice(2))
    expect([...classLines(shares), ...absentClasses(shares)]).toEqual([])
  })
})

describe('orders of axes and spacings', () => {
  it('are listed with their counts, and whether scans are turned', () => {
    const mixed = [
      ...['A', 'B', 'C'].map((id) => usable(id, { axes: 'RAS', spacing: [2, 2, 2] })),
      ...['D', 'E'].map((id) => usable(id, { axes: 'LPI' })),
    ]
    expect(gridLines(mixed)).toEqual([
      'Orders of axes: RAS (3), LPI (2); turned to LPS on reading.',
      'Spacings: 2 × 2 × 2 mm (3), 1 × 1 × 1 mm (2).',
    ])
    expect(gridLines([usable('A')])).toEqual(['Orders of axes: LPS (1).', 'Spacings: 1 × 1 × 1 mm (1).'])
  })

  it('that are many are given as a range', () => {
    const cases = [1, 2, 3, 4, 5, 6].map((step) => usable(`P${step}`, { spacing: [1, 1, step] }))
    expect(gridLines([...cases, noGeometry('Q')])[1]).toBe('Spacings: 1 to 1 × 1 to 1 × 1 to 6 mm, none 1.')
  })

  it('are warned of where networks would see unlike scans as alike, and only there', () => {
    expect(gridWarnings([usable('A', { axes: 'RAS' }), usable('B')])).toEqual([])
    expect(gridWarnings([usable('A'), usable('B', { spacing: [1.005, 1, 1] })])).toEqual([])
    expect(gridWarnings([usable('A'), usable('B', { spacing: [2, 2, 2] })])[0]).toMatch(
      /^Scans have different spacings and are not resampled, .*: 1 × 1 × 1 mm \(1\), 2 × 2 × 2 mm \(1\)\.$/,
    )
    expect(gridWarnings([usable('A'), noGeometry('B')])[0]).toBe(
      '1 of 2 scans do not say how they lie and are taken as stored; the others are turned to LPS.',
    )
    expect(gridWarnings([noGeometry('A'), noGeometry('B')])).toEqual([])
  })

  function noGeometry(id: string): UsableCase {
    const { axes: _, ...others } = usable(id, { spacingUnit: 'voxel' })
    return others
  }
})

describe('the same image twice', () => {
  const cases = ['A', 'B', 'C', 'D'].map((id) => usable(id, { imageSha256: id === 'C' ? 'A' : id }))
  const lists = {
    train: [
      ['C', 'D'],
      ['A', 'B'],
    ],
    test: [
      ['A', 'B'],
      ['C', 'D'],
    ],
  }

  it('is found by voxels, and leaks where a fold trains on one and tests the other', () => {
    expect(sameImages([...cases, { id: 'E', refused: 'damaged' }])).toEqual([['A', 'C']])
    expect(leaks([['A', 'C']], lists, [0, 1])).toEqual([
      'fold 0 trains on C and tests A, which have the same image',
      'fold 1 trains on A and tests C, which have the same image',
    ])
    expect(leaks([['A', 'C']], lists, [1])).toHaveLength(1)
    expect(leaks([['A', 'B']], lists, [0, 1])).toEqual([])
  })
})

describe('scans under a profile', () => {
  const profiles = [
    { name: 'quick', reduce: 3, patch: [16, 16, 16] },
    { name: 'half', reduce: 2, patch: [16, 16, 16] },
    { name: 'full', reduce: 1, patch: [32, 32, 32] },
  ] as const
  const [quick, half, full] = profiles.map((one) => ({ ...one, patch: [...one.patch] as [number, number, number] })) as [
    { name: string; reduce: number; patch: [number, number, number] },
    { name: string; reduce: number; patch: [number, number, number] },
    { name: string; reduce: number; patch: [number, number, number] },
  ]
  const all = [quick, half, full]

  it('that fill its patches need no word', () => {
    expect(smallScans([usable('A', { size: [48, 48, 48] })], quick, all)).toBeUndefined()
  })

  it('that are smaller are counted, with the axes left, and the strongest profile that fits', () => {
    const cases = [usable('A', { size: [36, 36, 36] }), usable('B', { size: [60, 60, 60] })]
    expect(smallScans(cases, quick, all)).toBe(
      'Profile quick: 1 of 2 scans, reduced by 3, are smaller than its patch of 16 × 16 × 16 voxels and are padded (shortest axes: 12 × 12 × 12); --profile half fits.',
    )
    expect(smallScans([usable('A', { size: [35, 31, 40] })], quick, all)).toMatch(
      /--profile full with a patch of 32 × 16 × 32 in dataset\.json would fit all\.$/,
    )
    expect(smallScans([usable('A', { size: [35, 12, 40] })], full, all)).toMatch(
      /^Profile full: 1 of 1 scans are smaller .*; a patch of 32 × 16 × 32 in dataset\.json would fit best\.$/,
    )
  })

  it('that cannot be reduced at all are named', () => {
    expect(tooShort([usable('A', { size: [36, 36, 2] }), usable('B')], quick)).toEqual([
      'case A: 36 × 36 × 2 voxels cannot be reduced by 3, as profile quick does; take --profile full',
    ])
  })
})
