import { COMMON_PROTOCOL } from '@dualseg/trainer'
import { describe, expect, it } from 'vitest'
import { readCounts } from './labelled-cases'
import { lackText } from './lacking-cases'
import { lacksOfOrder } from './lacks-of-order'
import type { GridRequest } from './plan-grid'
import { PROFILES } from './profiles'
import { onlyTask, requestsOf, runsAsked } from './work-order'

const request: GridRequest = {
  arms: ['supervised', 'mt'].map((method) => ({ method, without: [] })),
  folds: [0, 1],
  seeds: [1],
  profile: PROFILES.quick,
  protocol: { ...COMMON_PROTOCOL, labelledCases: 'drawn' },
  labelled: 4,
  runs: 'runs',
}
const order = { request, counts: readCounts('4, 6,all,4') }
const cases = Array.from({ length: 8 }, (_, index) => `C${index}`)
const LISTS = { train: [cases, cases], test: [['T0'], ['T1']] }

describe('a grid with several numbers of labelled cases', () => {
  it('has every run with each of them, and draws none where all have labels', () => {
    expect(requestsOf(order).map(({ labelled, protocol }) => [labelled, protocol.labelledCases])).toEqual([
      [4, 'drawn'],
      [6, 'drawn'],
      ['all', 'all'],
    ])
    expect(runsAsked(order)).toBe(12)
  })

  it('has its n-th run in the order of the plans', () => {
    const tasks = Array.from({ length: 12 }, (_, n) => onlyTask(order, n))
    expect(tasks.map(({ labelled, arms, folds }) => `${labelled} ${arms[0]!.method} ${folds}`)).toEqual(
      [4, 6, 'all'].flatMap((count) => ['supervised', 'mt'].flatMap((name) => [0, 1].map((fold) => `${count} ${name} ${fold}`))),
    )
  })

  it('does not miss the upper bound of a method that takes unlabelled cases too, but any other run', () => {
    const own = { file: 'dataset.json', labelled: 4 }
    expect(lacksOfOrder(order, LISTS, own)).toEqual([])
    expect(lacksOfOrder({ request, counts: [4, 8, 'all'] }, LISTS, own).map(lackText)).toEqual([
      expect.stringMatching(/^mt fold 0 is not run: 2 to 6 /),
      expect.stringMatching(/^mt fold 1 is not run: 2 to 6 /),
    ])
  })

  it.each(['', '4,', 'some', '0', '4,-1', '1.5'])('refuses %j as such numbers', (given) => {
    expect(() => readCounts(given)).toThrow(expect.objectContaining({ code: 'DUALSEG_USAGE' }))
  })
})
