import { type FoldLists, makeFoldLists, splitFold } from '@dualseg/data'
import { dataIdentity, drawingSha256, type RunSplit } from '@dualseg/trainer'
import { describe, expect, it } from 'vitest'
import { type ListedData, withKnownSplits } from './known-splits'
import type { ReportedRun } from './run-files'
import { runName } from './run-name'
import { groupsOfSameData } from './same-data'
import { whyApart } from './why-apart'

const IDS = Array.from({ length: 12 }, (_, i) => `C${String(i).padStart(2, '0')}`)
const FOLDS = makeFoldLists(IDS, 3)
const SUMS = Object.fromEntries(IDS.map((id) => [id, `sum of ${id}`]))
const RULE = { foreground: [1], background: [], kind: 'none' }

interface Made {
  method?: string
  fold?: number
  seed?: number
  folds?: FoldLists
  volumes?: Readonly<Record<string, string>>
  rule?: RunSplit['rule']
  /** The run's folder says nothing of its cases. */
  isOld?: boolean
}

/** A finished run of which all but its data is made up. */
function run({
  method = 'mt',
  fold = 0,
  seed = 1,
  folds = FOLDS,
  volumes = SUMS,
  rule = RULE,
  isOld = false,
}: Made): ReportedRun {
  const usesUnlabelled = method !== 'supervised'
  const cases = { ...splitFold(folds, fold, 2), ...(!usesUnlabelled && { unlabelled: [] }) }
  const own = Object.fromEntries([...cases.labelled, ...cases.unlabelled, ...cases.test].map((id) => [id, volumes[id]!]))
  const split = { ...cases, volumes: own, rule, drawings: [drawingSha256(folds)], from: 'run' as const }
  const config = { method: { name: method, without: [], usesUnlabelled }, fold, seed, labelledCases: 2 }
  return {
    config: { ...config, data: dataIdentity('heart', split) },
    cases: cases.test.map((id) => ({ id })),
    split: isOld ? undefined : split,
  } as unknown as ReportedRun
}

const names = (groups: readonly (readonly ReportedRun[])[]) =>
  groups.map((group) => group.map(({ config }) => runName(config)).sort())
const why = (groups: readonly ReportedRun[][]) =>
  groups.map((group) =>
    whyApart(
      group,
      groups.filter((one) => one !== group),
    ),
  )

describe('runs of the same settings', () => {
  it('are together if they are of one drawing, whatever fold, seed and method', () => {
    const runs = [
      run({}),
      run({ seed: 2 }),
      run({ fold: 1 }),
      run({ method: 'supervised' }),
      run({ method: 'supervised', fold: 2 }),
    ]
    expect(groupsOfSameData(runs)).toHaveLength(1)
  })

  it('are apart if their organs or intensities are others, and say which; also where no case is in both', () => {
    const other = { rule: { ...RULE, foreground: [2] }, volumes: Object.fromEntries(IDS.map((id) => [id, `other ${id}`])) }
    for (const fold of [0, 1]) {
      const groups = groupsOfSameData([run({ method: 'supervised' }), run({ method: 'dtc', fold, ...other })])
      expect(names(groups)).toEqual([[`dtc fold ${fold} seed 1`], ['supervised fold 0 seed 1']])
      expect(why(groups)).toEqual([
        [
          'Kept apart from supervised fold 0 seed 1 of the same settings: files became volumes by another rule (foreground [2] here, [1] there).',
        ],
        [
          `Kept apart from dtc fold ${fold} seed 1 of the same settings: files became volumes by another rule (foreground [1] here, [2] there).`,
        ],
      ])
    }
  })

  it('are apart if a volume was changed, and say which', () => {
    const groups = groupsOfSameData([
      run({}),
      run({ method: 'dtc', volumes: { ...SUMS, C05: 'corrected' } }),
      run({ method: 'dtc', fold: 1 }),
    ])
    expect(names(groups)).toEqual([['dtc fold 1 seed 1', 'mt fold 0 seed 1'], ['dtc fold 0 seed 1']])
    expect(why(groups)[1]).toEqual([
      'Kept apart from mt fold 0 seed 1 and 1 more of the same settings: C05 is another volume there.',
    ])
  })

  it('are with both if they saw nothing of what two others differ in', () => {
    // C09 is unlabelled in fold 0: supervised does not look at it.
    const groups = groupsOfSameData([
      run({ method: 'supervised' }),
      run({}),
      run({ method: 'dtc', volumes: { ...SUMS, C09: 'corrected' } }),
    ])
    expect(names(groups)).toEqual([
      ['mt fold 0 seed 1', 'supervised fold 0 seed 1'],
      ['dtc fold 0 seed 1', 'supervised fold 0 seed 1'],
    ])
  })

  it.each([
    ['another seed', makeFoldLists([...IDS].reverse(), 3)],
    ['another number of folds', makeFoldLists(IDS, 2)],
    ['a list edited in between', { ...FOLDS, train: FOLDS.train.map((list, fold) => (fold === 1 ? list.slice(0, -1) : list)) }],
  ])('are apart if folds are of two drawings: %s', (_, folds) => {
    const groups = groupsOfSameData([run({ fold: 0 }), run({ fold: 1, folds })])
    expect(names(groups)).toEqual([['mt fold 0 seed 1'], ['mt fold 1 seed 1']])
    expect(why(groups)[0]![0]).toMatch(/^Kept apart from mt fold 1 seed 1 of the same settings: their folds are another drawing/)
  })

  it('are of both drawings if their own lists stand in both', async () => {
    const edited = { ...FOLDS, train: FOLDS.train.map((list, fold) => (fold === 1 ? list.slice(0, -1) : list)) }
    const runs = [
      run({ fold: 0 }),
      run({ fold: 0, seed: 2, folds: edited }),
      run({ fold: 1 }),
      run({ fold: 1, seed: 2, folds: edited }),
    ]
    const groups = groupsOfSameData(await withKnownSplits(runs, async () => undefined))
    expect(names(groups)).toEqual([
      ['mt fold 0 seed 1', 'mt fold 0 seed 2', 'mt fold 1 seed 1'],
      ['mt fold 0 seed 1', 'mt fold 0 seed 2', 'mt fold 1 seed 2'],
    ])
  })
})

describe('runs that kept no lists', () => {
  const here: ListedData = { folds: FOLDS, volumes: SUMS }
  const nothing = async () => undefined

  it('are told by lists and sums that have the hashes of their identity', async () => {
    const runs = await withKnownSplits(
      [run({ isOld: true }), run({ method: 'supervised', fold: 1, isOld: true })],
      async () => here,
    )
    expect(runs.map(({ split }) => split)).toMatchObject([
      { ...splitFold(FOLDS, 0, 2), from: 'lists', drawings: [drawingSha256(FOLDS)] },
      { ...splitFold(FOLDS, 1, 2), unlabelled: [], from: 'lists' },
    ])
    expect(Object.keys(runs[1]!.split!.volumes!)).toHaveLength(6)
    expect(groupsOfSameData(runs)).toHaveLength(1)
  })

  it("are told by another run's lists and sums, also by those of a method that sees more cases", async () => {
    const runs = await withKnownSplits([run({ method: 'supervised', isOld: true }), run({})], nothing)
    expect(runs[0]!.split).toMatchObject({ unlabelled: [], rule: RULE, from: 'lists' })
    expect(groupsOfSameData(runs)).toHaveLength(1)
  })

  it('are left to themselves if no lists have their hash, and say what to do', async () => {
    const other: ListedData = { folds: makeFoldLists([...IDS].reverse(), 3), volumes: SUMS }
    const runs = await withKnownSplits(
      [run({ isOld: true }), run({ seed: 2, isOld: true }), run({ fold: 1, isOld: true })],
      async () => other,
    )
    expect(runs.map(({ split }) => split)).toEqual([undefined, undefined, undefined])
    const groups = groupsOfSameData(runs)
    expect(names(groups)).toEqual([['mt fold 0 seed 1', 'mt fold 0 seed 2'], ['mt fold 1 seed 1']])
    expect(why(groups)[0]).toEqual([
      'Kept apart from mt fold 1 seed 1 of the same settings: which cases mt fold 0 seed 1 had is not known; repeat the command that made it: it trains nothing and writes them down.',
    ])
  })

  it('are not taken for those of others if only their lists are known', async () => {
    const groups = groupsOfSameData(
      await withKnownSplits([run({ isOld: true }), run({ fold: 1, isOld: true })], async () => ({ folds: FOLDS })),
    )
    expect(groups).toHaveLength(2)
    expect(why(groups)[0]![0]).toContain('whether mt fold 0 seed 1 had the same volumes is not known; repeat the command')
  })
})
