import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diskError } from './disk-error'

function failure(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

describe('an error of the file system', () => {
  it.each([
    ['ENOSPC', 'the disk is full; make room'],
    ['EROFS', 'the file system is read-only'],
    ['EACCES', 'this user may not write there'],
  ])('%s is said in words, with what to do', (code, words) => {
    const said = diskError(Object.assign(new Error(`${code}: write`), { code }), '/runs/a') as Error & { code: string }
    expect(said.code).toBe('DUALSEG_DISK')
    expect(said.message).toContain(`run /runs/a: ${words}`)
    expect(said.message).toContain(`repeat the command; it goes on from the last checkpoint (${code})`)
  })

  it.runIf(process.platform === 'linux')('of a real full device keeps its cause', () => {
    const cause = failure(() => writeFileSync('/dev/full', 'x'))
    expect(diskError(cause, '/runs/a')).toMatchObject({ code: 'DUALSEG_DISK', cause })
  })

  it('of a folder that cannot be made says so', () => {
    const cause = Object.assign(new Error('ENOENT: mkdir'), { code: 'ENOENT', syscall: 'mkdir' })
    expect(diskError(cause, '/runs/a')).toMatchObject({ code: 'DUALSEG_DISK' })
    const read = Object.assign(new Error('ENOENT: open'), { code: 'ENOENT', syscall: 'open' })
    expect(diskError(read, '/runs/a')).toBe(read)
  })

  it('that is something else stays what it is', () => {
    const other = new Error('a bug')
    expect(diskError(other, '/runs/a')).toBe(other)
  })
})
