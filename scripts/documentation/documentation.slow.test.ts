import { describe, expect, it } from 'vitest'
import { blocksOf, commandsOf, documents, promisedBy } from './blocks.mjs'
import { runProgram, runShell } from './run-block'

// What documents mark as `<!-- slow: reason -->` is run here; what they mark as `<!-- not run: reason -->` is listed by name.

const marked = documents().flatMap((file) => blocksOf(file).filter(({ mark }) => mark))

describe('slow blocks of the documents', () => {
  for (const block of marked.filter(({ mark }) => mark!.kind === 'slow')) {
    it(`${block.file}:${block.line} (${block.mark!.reason})`, async () => {
      if (block.language === 'sh') await runShell(commandsOf(block.text))
      else expect(promisedBy(block)).toBe(await runProgram(block))
    })
  }
})

describe('blocks that nothing runs', () => {
  for (const { file, line, mark } of marked.filter(({ mark }) => mark!.kind === 'not run')) {
    it.skip(`${file}:${line} (${mark!.reason})`, () => {})
  }
})
