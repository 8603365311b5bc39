import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const folders = [...readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name)), join(root, 'benchmarks')]

/** Every code that stands in a source as a literal or as a key. */
function codesInUse(): Set<string> {
  const codes = new Set<string>()
  for (const folder of folders) {
    for (const file of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.test)(?<!\.generated)\.ts$/.test(file)) continue
      const source = readFileSync(join(folder, 'src', file), 'utf8')
      for (const [, code] of source.matchAll(/\b(DUALSEG_[A-Z_]*[A-Z])(?='|:)/g)) codes.add(code!)
    }
  }
  return codes
}

it('lists every error code in docs/reference/errors.md, and no others', () => {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(DUALSEG_\w+)`/gm)].map(([, code]) => code!)
  expect(listed.sort()).toEqual([...codesInUse()].sort())
})
