import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFoldLists } from '@dualseg/data/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Description } from '../description'
import { drawFolds } from './draw-folds'
import { expectDrawn } from './expect-drawn'
import { expectCases, unlistedCases } from './lists-and-volumes'
import { listsOf } from './lists-of'
import { writeLists } from './write-lists'

const IDS = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6']

function described(folds: Description['folds']): Description {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-folds-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return { name: 'own', folder, folds } as Description
}

describe('drawn folds', () => {
  it('are those of their cases, count and seed, in whichever order the cases are found', () => {
    const drawn = drawFolds(IDS, { count: 3, seed: 7 })
    expect(drawFolds([...IDS].reverse(), { count: 3, seed: 7 })).toEqual(drawn)
    expect(drawFolds(IDS, { count: 3, seed: 8 })).not.toEqual(drawn)
    const test = (lists: typeof drawn) => lists.test
    expect(() => expectDrawn(described({ count: 3, seed: 7 }), drawn)).not.toThrow()
    expect(test(drawn).flat().sort()).toEqual(IDS)
  })

  it('are refused where another number of them is asked for, with what was drawn and what to do', () => {
    const description = described({ count: 5, seed: 7 })
    expect(() => expectDrawn(description, drawFolds(IDS, { count: 2, seed: 7 }))).toThrow(
      `own: dataset.json asks for 5 folds with seed 7, but the 2 folds of 6 cases in ${join(description.folder, 'folds')} were drawn before. Delete `,
    )
    expect(() => expectDrawn(description, drawFolds(IDS, { count: 2, seed: 7 }))).toThrow('or set count back to 2.')
  })

  it('are refused where another seed is asked for, or a list was edited; named as lists, they are kept', async () => {
    const description = described({ count: 3, seed: 7 })
    expect(() => expectDrawn(description, drawFolds(IDS, { count: 3, seed: 8 }))).toThrow(
      /asks for 3 folds with seed 7, but .* are others: drawn with another seed, or edited\. Delete .* or keep them with "folds": \{ "lists": "folds" \}/,
    )
    const { train, test } = drawFolds(IDS, { count: 3, seed: 7 })
    expect(() => expectDrawn(description, { train, test: [test[1]!, test[0]!, test[2]!] })).toThrow('or edited')
    writeLists(join(description.folder, 'folds'), { train, test })
    expect(await listsOf({ ...description, folds: { lists: 'folds' } })).toEqual({ train, test })
    expect(() => expectDrawn({ ...description, folds: { lists: 'folds' } }, { train, test: test.toReversed() })).not.toThrow()
  })

  it('are the first process’s where several draw at once, and appear as a whole', async () => {
    const { folder } = described({ count: 3, seed: 7 })
    const place = join(folder, 'folds')
    const [first, second] = [drawFolds(IDS, { count: 3, seed: 7 }), drawFolds(IDS.slice(1), { count: 2, seed: 7 })]
    expect(writeLists(place, first)).toBe(true)
    expect(writeLists(place, second)).toBe(false)
    expect(await readFoldLists(place)).toEqual(first)
    expect(readdirSync(folder)).toEqual(['folds'])
  })

  it('are still to be drawn where their folder is empty but for what macOS leaves there', async () => {
    const description = described({ count: 3, seed: 7 })
    mkdirSync(join(description.folder, 'folds'))
    expect(await listsOf(description)).toBeUndefined()
    writeFileSync(join(description.folder, 'folds', '.DS_Store'), '')
    expect(await listsOf(description)).toBeUndefined()
  })
})

describe('lists and volumes', () => {
  const lists = drawFolds(IDS, { count: 3, seed: 7 })

  it('that do not belong together are refused with what to do', () => {
    const there = { root: '/volumes', ids: IDS.slice(2), unlabelled: [] }
    const drawn = described({ count: 3, seed: 7 })
    expect(() => expectCases(drawn, lists, there)).toThrow(
      /^2 of 6 own cases are not in \/volumes: (P1, P2|P2, P1); the folds in .*folds were drawn from them: put them back, or delete .*folds, and folds are drawn anew$/,
    )
    const given = described({ lists: 'lists' })
    expect(() => expectCases(given, lists, there)).toThrow(/put them there, or take them out of the lists in .*lists$/)
    expect(() => expectCases(given, lists, { root: '/volumes', ids: [...IDS, 'P7'], unlabelled: [] })).not.toThrow()
  })

  it('say which scans were added later and are not used, what the folds were drawn from, and what to do', () => {
    const there = { root: '/volumes', ids: [...IDS, 'P7', 'P8'], unlabelled: [] }
    const [note, ...more] = unlistedCases(described({ count: 3, seed: 7 }), lists, there)
    expect(more).toEqual([])
    expect(note).toMatch(
      /^2 of 8 cases in \/volumes are not used: P7, P8; the folds in .* were drawn from 6 others and stay as they are; to use these, delete /,
    )
    expect(unlistedCases(described({ lists: 'lists' }), lists, there)[0]).toMatch(/P7, P8; the lists in .* do not name them\.$/)
    expect(unlistedCases(described({ lists: 'lists' }), lists, { root: '/volumes', ids: IDS, unlabelled: [] })).toEqual([])
  })
})
