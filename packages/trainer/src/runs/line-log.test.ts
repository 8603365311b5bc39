import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { LineLog } from './line-log'

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'log.jsonl')
}

it('drops half a line at the end and goes on after the last whole one', () => {
  const path = logFile()
  writeFileSync(path, 'one\ntwo\nthr')
  const { log, lines } = LineLog.open(path)
  expect(lines).toEqual(['one', 'two'])
  log.append('three')
  log.close()
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n')
})

it('keeps as many lines as it is told', () => {
  const path = logFile()
  writeFileSync(path, 'one\ntwo\nthree\n')
  const { log, lines } = LineLog.open(path, 1)
  log.append('zwei')
  log.close()
  expect(lines).toEqual(['one'])
  expect(readFileSync(path, 'utf8')).toBe('one\nzwei\n')
})

it('begins a file that is not there', () => {
  const path = logFile()
  const { log, lines } = LineLog.open(path, 0)
  log.append('ä')
  log.append('b')
  log.close()
  expect(lines).toEqual([])
  expect(readFileSync(path, 'utf8')).toBe('ä\nb\n')
})
