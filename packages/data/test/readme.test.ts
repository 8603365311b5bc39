import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)

describe('README', () => {
  it('shows an example that runs and prints what it says', async () => {
    const code = readFileSync(new URL('README.md', root), 'utf8').match(/```js\n([\s\S]*?)```/)![1]!
    const printed = code.match(/\/\/ (.*)/)![1]
    // A process of its own, as a user would run it: from the built package, without this runner's conditions.
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: fileURLToPath(root),
      env: { PATH: process.env.PATH },
    })
    expect(stdout.trim()).toBe(printed)
  })
})
