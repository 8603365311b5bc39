import { describe, expect, it } from 'vitest'
import { caseIdsOf, checkFoldLists, drawSplit, makeFoldLists, parseFoldList, splitFold } from './fold'

const lists = makeFoldLists(['a', 'b', 'c', 'd', 'e', 'f'], 3)

describe('parseFoldList', () => {
  it('reads either line end and skips empty lines', () => {
    expect(parseFoldList('A\r\nB\r\n\r\n', 'train0.list')).toEqual(['A', 'B'])
  })

  it('composes names that are spelled with combining marks', () => {
    expect(parseFoldList('Mu\u0308ller\n', 'train0.list')).toEqual(['M\u00fcller'])
    expect(() => parseFoldList('Mu\u0308ller\nM\u00fcller\n', 'train0.list')).toThrow('is listed twice')
  })

  it.each(['../A', 'A/B', 'A\\B', '.A', '..', 'A\0'])('refuses a case that no file can be named after: %j', (id) => {
    expect(() => parseFoldList(`B\n${id}\n`, 'train0.list')).toThrow(
      `train0.list: ${JSON.stringify(id)} is no name of a case, for files are named after cases; expected one without slashes`,
    )
  })

  it('refuses an empty list and an id that comes twice', () => {
    expect(() => parseFoldList('\n', 'train0.list')).toThrow('train0.list: the list is empty; expected one case id a line')
    expect(() => parseFoldList('A\nB\nA\n', 'train0.list')).toThrow('train0.list: A is listed twice')
  })
})

describe('makeFoldLists', () => {
  it('tests consecutive blocks and trains on the others in order', () => {
    expect(lists.test).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ])
    expect(lists.train[1]).toEqual(['a', 'b', 'e', 'f'])
    expect(() => checkFoldLists(lists, { name: 'made', caseCount: 6 })).not.toThrow()
  })

  it('refuses more folds than cases', () => {
    expect(() => makeFoldLists(['a'], 2)).toThrow('makeFoldLists: 1 cases cannot make 2 folds')
  })
})

describe('checkFoldLists', () => {
  const wrong: [string, (copy: typeof lists) => void, string][] = [
    [
      'a case in both lists',
      ({ train }) => train[1]!.splice(0, 1, 'c'),
      'bad, fold 1: c is in the training and in the test list',
    ],
    ['overlapping test lists', ({ test }) => test[2]!.splice(0, 1, 'a'), 'bad: a is a test case of two folds'],
    ['a forgotten case', ({ train }) => train[0]!.pop(), 'bad, fold 0: f, which another fold tests, is in neither of its lists'],
    ['a missing list', ({ train }) => train.pop(), 'bad: 2 training lists and 3 test lists'],
  ]
  it.each(wrong)('notices %s', (_, spoil, message) => {
    const copy = structuredClone(lists)
    spoil(copy)
    expect(() => checkFoldLists(copy, { name: 'bad' })).toThrow(message)
  })

  it('notices a wrong number of cases', () => {
    expect(() => checkFoldLists(lists, { name: 'bad', caseCount: 100 })).toThrow('bad: 6 cases in all, expected 100')
  })

  it('takes a single split, and cases that no list tests', () => {
    const split = { train: [['a', 'b', 'c']], test: [['d']] }
    expect(() => checkFoldLists(split, { name: 'one' })).not.toThrow()
    expect(caseIdsOf(split)).toEqual(['d', 'a', 'b', 'c'])
    const extra = { ...lists, train: lists.train.map((list) => [...list, 'x']) }
    expect(() => checkFoldLists(extra, { name: 'more', caseCount: 7 })).not.toThrow()
    expect(caseIdsOf(extra)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'x'])
  })
})

describe('splitFold', () => {
  it('labels the first cases of the training list', () => {
    expect(splitFold(lists, 1, 3)).toEqual({ fold: 1, labelled: ['a', 'b', 'e'], unlabelled: ['f'], test: ['c', 'd'] })
  })

  it('refuses a fold that does not exist and counts that do not fit', () => {
    expect(() => splitFold(lists, 7, 2)).toThrow('splitFold: fold 7 does not exist, there are folds 0-2')
    expect(() => splitFold(lists, 0, 0)).toThrow('splitFold: 0 labelled cases; fold 0 has 4 training cases, take 1 to 4')
    expect(() => splitFold(lists, 0, 5)).toThrow('splitFold: 5 labelled cases')
  })
})

describe('drawSplit', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `case${i}`)
  const many = makeFoldLists(ids, 5)

  it('draws the labelled cases anew for every fold and seed, the same each time', () => {
    const drawn = [1, 2].map((seed) => drawSplit(many, 1, 4, seed))
    expect(drawn[0]).toEqual(drawSplit(many, 1, 4, 1))
    expect(drawn[0]!.labelled).not.toEqual(drawn[1]!.labelled)
    const sets = new Set(many.train.flatMap((_, fold) => [1, 2, 3].map((seed) => drawSplit(many, fold, 4, seed).labelled.join())))
    expect(sets.size).toBeGreaterThan(13)
  })

  it('keeps the order of the list in both parts, and a smaller set within a larger one', () => {
    const { labelled, unlabelled, test } = drawSplit(many, 2, 5, 3)
    expect([...labelled, ...unlabelled].sort()).toEqual([...many.train[2]!].sort())
    for (const part of [labelled, unlabelled]) expect(part).toEqual(many.train[2]!.filter((id) => part.includes(id)))
    expect(test).toEqual(many.test[2])
    expect(drawSplit(many, 2, 3, 3).labelled.every((id) => labelled.includes(id))).toBe(true)
  })

  it('labels every case equally often', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 2000; seed++)
      for (const id of drawSplit(many, 0, 4, seed).labelled) counts.set(id, (counts.get(id) ?? 0) + 1)
    // 500 are expected of each; five standard deviations of a binomial.
    for (const id of many.train[0]!) expect(Math.abs(counts.get(id)! - 500)).toBeLessThan(100)
  })

  it('refuses as splitFold does', () => {
    expect(() => drawSplit(many, 9, 2, 1)).toThrow('drawSplit: fold 9 does not exist')
  })
})
