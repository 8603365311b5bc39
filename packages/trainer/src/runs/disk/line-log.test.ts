import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { LineLog } from './line-log'
import { readLines, type StoredLines } from './stored-lines'

const WORDS: StoredLines<{ word: string }> = { schema: z.object({ word: z.string() }), remedy: 'write it again' }

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'log.jsonl')
}

function written(...words: string[]): string {
  const path = logFile()
  const log = new LineLog(path, 0)
  for (const word of words) log.append({ word })
  log.close()
  return path
}

// The checksums are those of `sha256sum`.
it('gives its lines back, each with a checksum that stands at its end', () => {
  const path = written('ä', 'b')
  expect(readFileSync(path, 'utf8')).toBe('{"word":"ä","check":"614b885e"}\n{"word":"b","check":"1042dd60"}\n')
  expect(readLines(path, WORDS)).toEqual({ values: [{ word: 'ä' }, { word: 'b' }], bytes: 65 })
})

it('goes on after the last whole line where the end of one is missing', () => {
  const path = written('one', 'two', 'three')
  const whole = readFileSync(path)
  writeFileSync(path, whole.subarray(0, -3))
  const { values, bytes, stop } = readLines(path, WORDS)!
  expect(values).toEqual([{ word: 'one' }, { word: 'two' }])
  expect(stop).toEqual({ found: 'line 3: its end is missing', isCut: true })
  const log = new LineLog(path, bytes)
  log.append({ word: 'three' })
  log.close()
  expect(readFileSync(path)).toEqual(whole)
})

it('looks at no more lines than it is asked for', () => {
  const path = written('one', 'two')
  writeFileSync(path, '\0junk\n', { flag: 'a' })
  expect(readLines(path, WORDS, 1)).toEqual({ values: [{ word: 'one' }], bytes: 34 })
  expect(readLines(path, WORDS, 3)?.stop).toEqual({ found: 'line 3: it is not JSON, or only a part of it', isCut: false })
})

it.each([
  ['one digit of a checked line', '{"word":"one","check":"00000000"}\n', /line 1: it was changed after it was written/],
  ['an empty line', '\n', /line 1: it is empty/],
  ['null', 'null\n', /line 1: the whole: .*expected object, received null/],
  ['a list', '[]\n', /line 1: the whole: .*expected object, received array/],
  ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x0a), /line 1: it holds bytes that are no text/],
])('stops at %s', (_what, content, found) => {
  const path = logFile()
  writeFileSync(path, content)
  expect(readLines(path, WORDS)).toMatchObject({
    values: [],
    bytes: 0,
    stop: { found: expect.stringMatching(found), isCut: false },
  })
})

it('takes lines of earlier versions, which have no checksum', () => {
  const path = logFile()
  writeFileSync(path, '{"word":"one"}\n')
  expect(readLines(path, WORDS)).toEqual({ values: [{ word: 'one' }], bytes: 15 })
})

it('knows no file from an empty one', () => {
  const path = logFile()
  expect(readLines(path, WORDS)).toBeUndefined()
  writeFileSync(path, '')
  expect(readLines(path, WORDS)).toEqual({ values: [], bytes: 0 })
})
