import type { FoldLists } from '@dualseg/data'
import { COMMON_PROTOCOL } from '@dualseg/trainer'
import { describe, expect, it } from 'vitest'
import { lacksOf, lackText } from './lacking-cases'
import type { GridRequest } from './plan-grid'
import { PROFILES } from './profiles'

const cases = (count: number) => Array.from({ length: count }, (_, index) => `C${index}`)
/** Fold 1 trains on three cases only. */
const LISTS: FoldLists = { train: [cases(8), cases(3)], test: [['T0'], ['T1']] }
const OWN = { file: 'datasets/own/dataset.json', labelled: 5 }

function asked(labelled: GridRequest['labelled'], own: Partial<GridRequest> = {}): GridRequest {
  const arms = ['supervised', 'mt'].map((method) => ({ method, without: [] }))
  return { arms, folds: [0], seeds: [1], profile: PROFILES.quick, protocol: COMMON_PROTOCOL, labelled, runs: 'runs', ...own }
}

describe('labelled cases asked for', () => {
  it('may be all of a training list where a method takes no others', () => {
    expect(lacksOf(asked(8), LISTS, OWN).map(lackText)).toEqual([
      'mt fold 0 is not run: 2 to 6 labelled cases would do (the training list of fold 0 has 8, a batch takes 2 of them and 2 without labels)',
    ])
    expect(lacksOf(asked(6), LISTS, OWN)).toEqual([])
  })

  it('are all of them by name, for supervised and twins: the upper bound', () => {
    const arms = ['supervised', 'mt', 'mt-twin'].map((method) => ({ method, without: [] }))
    expect(lacksOf(asked('all', { arms, folds: [0, 1] }), LISTS, OWN).map(lackText)).toEqual([
      'mt fold 0 is not run: all 8 training cases of fold 0 have labels, and a batch takes 2 of them and 2 without labels',
      'mt fold 1 is not run: all 3 training cases of fold 1 have labels, and a batch takes 2 of them and 2 without labels',
    ])
    expect(() => lacksOf(asked('all', { arms: [arms[1]!] }), LISTS, OWN)).toThrow(
      expect.objectContaining({ code: 'DUALSEG_USAGE', message: expect.stringMatching(/^--labelled all: mt: all 8 /) }),
    )
  })

  it('that fill the batches of some methods leave out the others, by name', () => {
    expect(lacksOf(asked(2, { profile: PROFILES.full }), LISTS, OWN).map(lackText)).toEqual([
      'supervised fold 0 is not run: 4 to 8 labelled cases would do (the training list of fold 0 has 8, a batch takes 4 of them)',
    ])
  })

  it('are tested against the folds asked for, and no others', () => {
    expect(lacksOf(asked(4), LISTS, OWN)).toEqual([])
    expect(lacksOf(asked(4, { folds: [0, 1] }), LISTS, OWN).map(({ arm, fold }) => `${arm.method} ${fold}`)).toEqual([
      'supervised 1',
      'mt 1',
    ])
    expect(lacksOf(asked(2, { folds: [1] }), LISTS, OWN).map(({ reason }) => reason)).toEqual([
      'the training list of fold 1 has 3 cases, a batch takes 2 of them and 2 without labels',
    ])
  })

  it('that no method can be trained with are refused, and dataset.json is blamed for its own number', () => {
    expect(() => lacksOf(asked(9), LISTS, OWN)).toThrow(
      expect.objectContaining({
        code: 'DUALSEG_USAGE',
        message: expect.stringMatching(/^--labelled 9: supervised: 2 to 8 labelled cases would do .*; mt: 2 to 6 /),
      }),
    )
    expect(() => lacksOf(asked(5, { folds: [1] }), LISTS, OWN)).toThrow(
      expect.objectContaining({
        code: 'DUALSEG_DATA',
        message: expect.stringMatching(/^datasets\/own\/dataset\.json, labelled 5: supervised: 2 to 3 labelled cases would do /),
      }),
    )
  })
})
