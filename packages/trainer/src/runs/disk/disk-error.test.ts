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

const GOES_ON = 'Repeat the command then: it goes on from the last checkpoint'

describe('an error of the file system', () => {
  it.each([
    [{ code: 'ENOSPC' }, 'run /runs/a: its folder lies on a full disk; make room.'],
    [
      { code: 'EROFS', path: '/runs/a/lock' },
      'run /runs/a: /runs/a/lock lies on a read-only file system; make it writable or give another place.',
    ],
    [{ code: 'EACCES', path: '/runs' }, 'run /runs/a: /runs is closed to this user; change its rights or give another place.'],
    [{ code: 'ENOENT', syscall: 'mkdir', path: '/proc/a' }, 'run /runs/a: /proc/a cannot be made there; give another place.'],
    [
      { code: 'EEXIST', syscall: 'mkdir', path: '/runs' },
      'run /runs/a: /runs is there already and is no folder; give another place.',
    ],
    [{ code: 'ENOENT', syscall: 'open', path: '/runs/a/x' }, 'run /runs/a: /runs/a/x is not there; look for another spelling.'],
  ])('%j is said in words, with what to do', (given, words) => {
    const cause = Object.assign(new Error('raw'), given)
    expect(diskError(cause, '/runs/a')).toMatchObject({ code: 'DUALSEG_DISK', message: `${words} ${GOES_ON}`, cause })
  })

  it.runIf(process.platform === 'linux')('of a real full device keeps its cause', () => {
    const cause = failure(() => writeFileSync('/dev/full', 'x'))
    expect(diskError(cause, '/runs/a')).toMatchObject({ code: 'DUALSEG_DISK', cause })
  })

  it('that is something else stays what it is', () => {
    const other = new Error('a bug')
    expect(diskError(other, '/runs/a')).toBe(other)
  })
})
