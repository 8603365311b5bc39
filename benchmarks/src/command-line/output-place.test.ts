import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { expectRoomFor, outputFile, outputFolder, writeOutput } from './output-place'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualseg-output-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const at = (...names: string[]) => join(folder, ...names)

describe('a folder to write into', () => {
  it('is made, or refused with the option before any work', () => {
    outputFolder('--out', at('a', 'b'))
    expect(readdirSync(at('a'))).toEqual(['b'])
    writeFileSync(at('file'), 'x')
    symlinkSync('nowhere', at('broken'))
    for (const path of [at('file'), at('file', 'a')]) {
      for (const refuse of [outputFolder, expectRoomFor]) {
        expect(() => refuse('--out', path)).toThrow(`--out: ${at('file')} is there already and is no folder; give another place`)
      }
    }
    expect(() => outputFolder('--out', at('broken'))).toThrow(
      `--out: ${at('broken')} is a link to nowhere, which is not there; mend the link or give another place`,
    )
    expect(readFileSync(at('file'), 'utf8')).toBe('x')
  })

  it('that is not there yet is not made by a look at its place', () => {
    expectRoomFor('--runs', at('a', 'b'))
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a file to be written', () => {
  const mark = 'by the command'

  it('replaces what the same command wrote, as a whole, and nothing else', () => {
    outputFile('--html', at('a', 'page.html'), mark)
    writeOutput('--html', at('a', 'page.html'), `first, ${mark}`)
    outputFile('--html', at('a', 'page.html'), mark)
    writeOutput('--html', at('a', 'page.html'), `second, ${mark}`)
    expect(readFileSync(at('a', 'page.html'), 'utf8')).toBe(`second, ${mark}`)
    expect(readdirSync(at('a'))).toEqual(['page.html'])
    writeFileSync(at('notes.txt'), 'mine')
    expect(() => outputFile('--html', at('notes.txt'), mark)).toThrow(`--html ${at('notes.txt')}: something else lies there; `)
    mkdirSync(at('folder'))
    expect(() => outputFile('--html', at('folder'), mark)).toThrow('is a folder, where a file is expected; give a file')
    expect(readFileSync(at('notes.txt'), 'utf8')).toBe('mine')
  })

  it('goes where a link leads, and leaves the link', () => {
    writeOutput('--html', at('real.html'), mark)
    symlinkSync('real.html', at('link.html'))
    writeOutput('--html', at('link.html'), `again ${mark}`)
    expect(lstatSync(at('link.html')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('real.html'), 'utf8')).toBe(`again ${mark}`)
  })

  it('is told of in words, with its own name, when it cannot be written', () => {
    expect(() => writeOutput('--html', at('missing', 'page.html'), mark)).toThrow(
      `--html: ${at('missing', 'page.html')} is not there; look for another spelling`,
    )
    expect(existsSync(at('missing'))).toBe(false)
  })
})
