import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { REPORT_FORMAT } from './json'
import { reportPlace } from './report-place'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dualseg-place-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (...names: string[]) => join(folder, ...names)

function olderReport(name: string): string {
  mkdirSync(at(name, 'assets'), { recursive: true })
  writeFileSync(at(name, 'report.json'), JSON.stringify({ format: REPORT_FORMAT }, null, 2))
  return at(name)
}

it('takes a new folder, an empty one and an older report', () => {
  expect(reportPlace(at('a', 'new'))).toBe(at('a', 'new'))
  expect(readdirSync(at('a'))).toEqual([])
  mkdirSync(at('empty'))
  expect(reportPlace(at('empty'))).toBe(at('empty'))
  expect(reportPlace(olderReport('old'))).toBe(at('old'))
})

it('follows a link to where the report lies, and refuses one that leads nowhere', () => {
  olderReport('old')
  symlinkSync('old', at('link'))
  expect(reportPlace(at('link'))).toBe(at('old'))
  symlinkSync('nowhere', at('broken'))
  expect(() => reportPlace(at('broken'))).toThrow()
  expect(readdirSync(folder).sort()).toEqual(['broken', 'link', 'old'])
})

it('refuses a file, a folder of something else, and an older report that something else lies beside', () => {
  writeFileSync(at('file'), 'x')
  mkdirSync(at('mine'))
  writeFileSync(at('mine', 'notes.txt'), 'x')
  for (const place of [at('file'), at('mine')]) expect(() => reportPlace(place)).toThrow('something else lies there')
  olderReport('old')
  writeFileSync(at('old', 'thesis.tex'), 'x')
  expect(() => reportPlace(at('old'))).toThrow('beside an older report, which would be replaced as a whole, lie thesis.tex')
})
