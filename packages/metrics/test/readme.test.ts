import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const entry = new URL('../dist/index-node.js', import.meta.url)

// Plain Node on the built package, without configuration.
describe.skipIf(!existsSync(fileURLToPath(entry)))('programs in the documentation', () => {
  it.each(['../README.md', '../../../docs/metrics.md'])('%s prints what it says', (path) => {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8')
    const block = (language: string) => text.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's'))![1]!
    const program = block('js').replace("'@dualseg/metrics'", JSON.stringify(entry.href))
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    })
    expect(printed).toBe(block('text'))
  })
})
