import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { givenPath, givenProgram, standing } from './given-path'
import { readArguments } from './read-arguments'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** A package with a folder in it, as pnpm runs its script: in the package, called from the folder. */
function calledByPnpm(script = 'bench'): { root: string; below: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dualseg-paths-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const below = join(root, 'below')
  mkdirSync(below)
  writeFileSync(join(root, 'package.json'), '{}')
  vi.stubEnv('INIT_CWD', below)
  vi.stubEnv('npm_lifecycle_event', script)
  vi.stubEnv('npm_package_json', join(root, 'package.json'))
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  return { root, below }
}

describe('a path that a user gives', () => {
  it('is from where the user called pnpm', () => {
    const { below } = calledByPnpm()
    expect(givenPath('../scan.nii')).toBe(resolve(below, '../scan.nii'))
    expect(givenPath('/a/b')).toBe('/a/b')
  })

  it('is from there too where the checkout was entered by a link', () => {
    const { root, below } = calledByPnpm()
    const link = `${root}-link`
    symlinkSync(root, link)
    onTestFinished(() => rmSync(link))
    vi.stubEnv('npm_package_json', join(link, 'package.json'))
    expect(standing()).toBe(below)
  })

  it('is from the working folder without pnpm, in another script, and in a process that works elsewhere', () => {
    vi.stubEnv('INIT_CWD', '')
    vi.stubEnv('npm_lifecycle_event', '')
    expect(givenPath('a')).toBe(resolve('a'))
    const { root } = calledByPnpm('test')
    expect(givenPath('a')).toBe(join(root, 'a'))
    vi.stubEnv('npm_lifecycle_event', 'bench')
    vi.spyOn(process, 'cwd').mockReturnValue(tmpdir())
    expect(givenPath('a')).toBe(join(tmpdir(), 'a'))
  })

  it('may begin with the home folder as a shell leaves it in --data=~/la', () => {
    expect(givenPath('~/la')).toBe(join(homedir(), 'la'))
    expect(givenPath('~')).toBe(homedir())
    expect(givenPath('~la')).toBe(resolve('~la'))
  })

  it('is what every option and positional of files and folders is read as; defaults stay the working folder’s', () => {
    const { root, below } = calledByPnpm()
    const definitions = {
      image: { type: 'positional', valueHint: 'file' },
      runs: { type: 'string', valueHint: 'folder', default: 'runs' },
      out: { type: 'string', valueHint: 'folder' },
      python: { type: 'string', valueHint: 'program' },
      name: { type: 'string' },
    }
    const args = ['a.nii', '../b.nii', '--out', 'out', '--python=venv/bin/python', '--name', 'name']
    expect(readArguments('bench x', args, definitions, ['image'])).toEqual({
      image: [join(below, 'a.nii'), join(root, 'b.nii')],
      runs: 'runs',
      out: join(below, 'out'),
      python: join(below, 'venv/bin/python'),
      name: 'name',
    })
  })
})

it('leaves a program without a folder to the system', () => {
  expect(givenProgram('python3')).toBe('python3')
  expect(givenProgram('./python3')).toBe(resolve('python3'))
})
