import { expect, it } from 'vitest'
import { changedResults, MARK, resultsOf, storedResults, unexplained } from './stored-results.mjs'

const before = { mt: { dice: 0.5, hd95: 3, sha256: 'a' }, dtc: { dice: 0.25, hd95: 4, sha256: 'b' } }
const after = { mt: { dice: 0.5000004, hd95: 3, sha256: 'c' }, dtc: before.dtc, mcf: { dice: 0.75, hd95: 1, sha256: 'd' } }
const LINES = ['mt: Dice 0.500000 → 0.500000', 'mcf: Dice none → 0.750000']
const changeset = (summary: string, type: string) => ({ summary, releases: [{ name: '@dualseg/trainer', type }] })

it('tells every method whose bits differ, with the old and the new value', () => {
  expect(changedResults(before, after)).toEqual(LINES)
  expect(changedResults(before, before)).toEqual([])
})

it('takes the methods named, or all', () => {
  expect(resultsOf(before, ['dtc', 'mcf'])).toEqual({ dtc: before.dtc })
  expect(resultsOf(before, [])).toEqual(before)
})

it('asks for a changeset that is marked, at least minor, and has both values', () => {
  const text = `Faster.\n\n«${MARK}»\n- ${LINES[0]}\n- ${LINES[1]}`
  expect(unexplained(LINES, [changeset(text, 'minor')])).toEqual([])
  expect(unexplained(LINES, [changeset(text, 'patch')])).toEqual(LINES)
  expect(unexplained(LINES, [changeset(text.replace(MARK, ''), 'minor')])).toEqual(LINES)
  expect(unexplained(LINES, [changeset(text.replace('0.750000', '0.760000'), 'major')])).toEqual([LINES[1]])
  expect(unexplained(LINES, [])).toEqual(LINES)
})

it('has results stored', () => {
  const { current } = storedResults()
  const names = Object.keys(current)
  const isTwin = (name: string) => name.endsWith('-twin')
  expect(names.filter((name) => !isTwin(name)).length).toBeGreaterThan(20)
  expect(names.filter(isTwin).length).toBeGreaterThan(10)
})
