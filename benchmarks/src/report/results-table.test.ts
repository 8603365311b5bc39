import { describe, expect, it } from 'vitest'
import { resultsTable, type TableStamp } from './results-table'
import { summarise } from './summary'

const STAMP: TableStamp = {
  dataset: 'la',
  profile: 'quick',
  protocol: 'common',
  labelled: 16,
  folds: [0, 1],
  seeds: [1, 2],
  engine: 'wasm, cpu',
  date: '2026-01-31',
}
const ROWS = ['supervised', 'dualnet'].map((method) =>
  summarise(method, [
    {
      cases: [
        { id: 'A', dice: 0.8, jaccard: 0.7, hd95: 12, asd: 3, emptyPrediction: false },
        { id: 'B', dice: 0, jaccard: 0, hd95: 0, asd: 0, emptyPrediction: true },
      ],
    },
  ]),
)
const rowOf = (text: string, method: string) => text.split('\n').find((line) => line.startsWith(`│ ${method}`))!

describe('the results table', () => {
  it('says first what it is: data, profile, protocol, labelled, folds, seeds, engine, date', () => {
    expect(resultsTable(ROWS, STAMP).split('\n')[0]).toBe(
      'la · profile quick · protocol common · 16 labelled · fold 0,1 · seed 1,2 · wasm, cpu · 2026-01-31',
    )
  })

  it('has a row a method: mean ± SD, median, empty predictions of all cases', () => {
    const cells = rowOf(resultsTable(ROWS, STAMP), 'supervised')
      .split('│')
      .map((cell) => cell.trim())
    expect(cells.slice(1, 8)).toEqual([
      'supervised',
      '0.400 ± 0.566',
      '0.350 ± 0.495',
      '6.00 ± 8.49',
      '1.50 ± 2.12',
      '0.400',
      '1/2',
    ])
  })

  it("has the paper's figures beside it on the Left Atrium, as what they are", () => {
    const text = resultsTable(ROWS, STAMP)
    expect(rowOf(text, 'dualnet (ours)')).toMatch(/90\.19 │ +5\.74 │ +1\.75 │$/)
    expect(rowOf(text, 'supervised')).toMatch(/- │ +- │ +- │$/)
    expect(text).toContain('paper, full size: Dice %')
    expect(text).toContain("The paper's columns are another profile")
    expect(resultsTable(ROWS, { ...STAMP, profile: 'full' })).not.toContain('another profile')
  })

  it('has no figures of the paper beside the phantom, and says that no patient is in it', () => {
    const text = resultsTable(ROWS, { ...STAMP, dataset: 'la phantom' })
    expect(text.split('\n')[0]).toMatch(/^la phantom · /)
    expect(text).not.toContain('90.19')
    expect(text).toContain('These are phantom volumes made by this program, not patients')
  })

  it('says under a quick table, and under no other, that it compares nothing', () => {
    for (const profile of ['quick', 'quick-60']) {
      expect(resultsTable(ROWS, { ...STAMP, profile })).toContain(
        'not which method is better: differences under 0.05 Dice are noise here',
      )
    }
    expect(resultsTable(ROWS, { ...STAMP, profile: 'half' })).not.toContain('noise')
  })

  it('shows a single case without a spread', () => {
    const one = summarise('mt', [{ cases: [{ id: 'A', dice: 0.8, jaccard: 0.7, hd95: 12, asd: 3, emptyPrediction: false }] }])
    expect(rowOf(resultsTable([one], STAMP), 'mt')).toMatch(/^│ mt +│ +0\.800 │ +0\.700 │ +12\.00 │ +3\.00 │ +0\.800 │ +0\/1 │/)
  })
})
