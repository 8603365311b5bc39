import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const entry = new URL('../dist/index-node.js', import.meta.url)
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const block = (language: string) => readme.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's'))![1]!

// Plain Node on the built package, without configuration.
it.skipIf(!existsSync(fileURLToPath(entry)))('prints what the README says', () => {
  const program = block('js').replace("'@dualseg/metrics'", JSON.stringify(entry.href))
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  expect(printed).toBe(block('text'))
})
