import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder'
import { fileError, fileTrouble } from './file-error'
import { makeFolder } from './make-folder'

function failure(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

describe('what the file system said', () => {
  it('is said of the path, with what to do', async () => {
    const folder = await temporaryFolder()
    const at = (name: string) => join(folder, name)
    writeFileSync(at('file'), 'x')
    mkdirSync(at('folder'))
    symlinkSync('nowhere', at('broken'))
    symlinkSync('loop', at('loop'))
    const cases: [() => unknown, string][] = [
      [() => readFileSync(at('missing')), 'is not there; look for another spelling'],
      [() => readFileSync(at('broken')), 'is a link to nowhere, which is not there; mend the link or give another place'],
      [() => readFileSync(at('loop')), 'is a link to loop, which is not there; mend the link or give another place'],
      [() => readFileSync(at('folder')), 'is a folder, where a file is expected; give a file'],
      [() => readdirSync(at('file')), 'is a file, or lies below one, where a folder is expected; give a folder'],
      [() => mkdirSync(at('file')), 'is there already and is no folder; give another place'],
      [() => mkdirSync(at('missing/below')), 'cannot be made there; give another place'],
      [() => writeFileSync(at('x'.repeat(300)), ''), 'has a longer name than its file system takes; give a shorter one'],
    ]
    if (process.platform === 'linux') cases.push([() => writeFileSync('/dev/full', 'x'), 'lies on a full disk; make room'])
    for (const [action, words] of cases) expect(fileTrouble(failure(action)), words).toBe(words)
  })

  it('is put in words whatever it is, without the system’s own', () => {
    for (const [code, errno] of Object.entries(constants.errno)) {
      const error = Object.assign(new Error(`${code}: raw`), { code, errno: -errno, syscall: 'open', path: '/a' })
      const words = fileTrouble(error)
      // Of connections.
      if (
        words === undefined &&
        /^E(CONN|NET|HOST|ADDR|AFNO|DEST|ISCONN|MSG|NOBUFS|NOTCONN|NOTSOCK|PIPE|PROTO|TIMEDOUT)/.test(code)
      )
        continue
      expect(words, code).toMatch(/^(is|lies|has|would|cannot) .+; .+/)
      expect(words).not.toContain('raw')
    }
  })

  it('becomes an error with a code, the path that was given and the cause; others stay', () => {
    const cause = Object.assign(new Error('EROFS: raw'), { code: 'EROFS', path: '/a/.part' })
    expect(fileError(cause, { path: '/a/b', where: '--out: ', code: 'DUALSEG_DISK' })).toMatchObject({
      code: 'DUALSEG_DISK',
      message: '--out: /a/b lies on a read-only file system; make it writable or give another place',
      cause,
    })
    expect(fileError(cause)).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringMatching(/^\/a\/\.part lies on/) })
    for (const other of [new Error('a bug'), Object.assign(new Error('own'), { code: 'DUALSEG_DATA' }), undefined, 'text'])
      expect(fileError(other)).toBe(other)
  })
})

describe('makeFolder', () => {
  it('makes what is missing, and is content with what is there', async () => {
    const folder = await temporaryFolder()
    makeFolder(join(folder, 'a', 'b', 'c'))
    makeFolder(join(folder, 'a', 'b', 'c'))
    symlinkSync('a', join(folder, 'link'))
    makeFolder(join(folder, 'link', 'd'))
    expect(readdirSync(join(folder, 'a')).sort()).toEqual(['b', 'd'])
  })

  it('names the folder that cannot be made', async () => {
    const folder = await temporaryFolder()
    writeFileSync(join(folder, 'file'), 'x')
    symlinkSync('nowhere', join(folder, 'broken'))
    expect(failure(() => makeFolder(join(folder, 'file', 'a')))).toMatchObject({ code: 'EEXIST', path: join(folder, 'file') })
    expect(failure(() => makeFolder(join(folder, 'broken', 'a')))).toMatchObject({ path: join(folder, 'broken') })
  })

  it.runIf(process.platform === 'linux')('comes back from a place where nothing can be made', () => {
    expect(failure(() => makeFolder('/proc/dualseg/a'))).toMatchObject({ code: 'ENOENT', path: '/proc/dualseg' })
  })
})
