import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as losses from '../src/index'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const block = (language: string) => readme.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's'))![1]!
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))

// The example runs the built package in plain Node, so it needs a build first (`pnpm test` makes one).
it.skipIf(!existsSync(entry))('prints what the README says', () => {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', block('js')], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // tfjs recommends its other packages first.
  expect(printed.endsWith(block('text'))).toBe(true)
})

it('lists every function in the README', () => {
  const missing = Object.keys(losses).filter((name) => !readme.includes(`\`${name}\``))
  expect(missing).toEqual([])
})
