import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import * as trainer from '../src'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

it('prints what the README says', () => {
  // Inside the package, so that its own name and its dependencies are found.
  const folder = mkdtempSync(join(root, 'dist', 'readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const code = readme.match(/```js\n([\s\S]*?)```/)![1]!
  writeFileSync(join(folder, 'example.mjs'), code)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout.trim()).toBe(code.match(/\/\/ (.*)\n$/)![1])
})

it('names only what the package exports', () => {
  const table = readme.slice(readme.indexOf('| export '))
  const names = [...table.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  )
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !(name in trainer))).toEqual([])
})
