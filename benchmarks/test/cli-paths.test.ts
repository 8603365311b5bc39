import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ArgumentDefinition } from '../src/command-line/read-arguments'
import { allVerbs } from '../src/main'
import { installProgram } from './miniature-project'

const PATHS: ReadonlySet<string> = new Set(
  'data runs run out html images labels folder image prediction reference python predictions-in'.split(' '),
)

describe('every command', () => {
  it('reads its files, folders and programs from where the user stands', async () => {
    const wrong = Object.entries(await allVerbs()).flatMap(([name, verb]) =>
      Object.entries(verb.definition.args as Record<string, ArgumentDefinition>)
        // Of metrics they are numbers.
        .filter(([option, { type }]) => PATHS.has(option) && type !== 'boolean' && !(name === 'metrics' && option === 'labels'))
        .filter(([, { valueHint = '' }]) => !['file', 'folder', 'program'].includes(valueHint))
        .map(([option]) => `${name} ${option}`),
    )
    expect(wrong).toEqual([])
  })
})

it('called through pnpm in a folder below, looks from there, at options and at DUALSEG_DATA', { timeout: 60_000 }, async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dualseg-pnpm-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const below = join(root, 'below')
  mkdirSync(join(below, 'results'), { recursive: true })
  mkdirSync(join(root, 'runs'))
  writeFileSync(join(root, 'package.json'), '{}')
  mkdirSync(join(root, 'datasets'))
  const cli = installProgram(root)
  const bench = (...args: string[]) =>
    execa(process.execPath, [cli, ...args], {
      cwd: root,
      reject: false,
      // As pnpm has it.
      env: {
        INIT_CWD: below,
        npm_lifecycle_event: 'bench',
        npm_package_json: join(root, 'package.json'),
        DUALSEG_DATA: '../volumes',
      },
    })
  expect((await bench('list', 'results')).stdout).toBe(`${join(below, 'results')} holds no run`)
  // What is not given is the project's.
  expect((await bench('list')).stdout).toBe(`${join(root, 'runs')} holds no run`)
  expect((await bench('la', '--dry-run')).stderr).toContain(`DUALSEG_DATA: ${join(root, 'volumes')} holds no LA case`)
  expect((await bench('la', '--dry-run', '--data', 'mine')).stderr).toContain(`--data: ${join(below, 'mine')} holds no LA case`)
})
