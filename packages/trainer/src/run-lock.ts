import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { readIfThere } from './durable-file'

interface Owner {
  host: string
  pid: number
  /** When the process began, where the system tells; guards against a number that was given out again. */
  began?: string
}

/** Keeps a run to one process. */
export interface RunLock {
  release(): void
}

/**
 * Takes the lock of a run's folder; one left behind by a process of this host that is gone is taken over.
 *
 * @throws DUALSEG_LOCKED if another process has it, or if it comes from another host, whose processes cannot be seen from here
 */
export function lockRun(folder: string): RunLock {
  const path = join(folder, 'lock')
  const mine = JSON.stringify(owner(process.pid))
  // Written beside and linked: the lock is never seen empty, even if this process is killed here.
  const beside = join(folder, `lock.${hostname()}.${process.pid}`)
  writeFileSync(beside, mine)
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(beside, path)
        sweep(folder)
        return { release: () => releaseLock(path, mine) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const theirs = readIfThere(path)
      if (theirs === undefined) continue
      const them = JSON.parse(theirs) as Owner
      if (isAlive(them)) {
        throw dualsegError(
          'DUALSEG_LOCKED',
          `run ${folder} is being worked on by process ${them.pid} on host '${them.host}'; wait for it, or, if it is surely gone, delete ${path}`,
        )
      }
      takeAway(path, theirs, `${beside}.stale`)
    }
    throw dualsegError('DUALSEG_LOCKED', `run ${folder}: other processes take its lock again and again; start one at a time`)
  } finally {
    rmSync(beside, { force: true })
  }
}

/** Removes the lock of a process that was killed after its work was done. */
export function clearStaleLock(folder: string): void {
  const path = join(folder, 'lock')
  const theirs = readIfThere(path)
  if (theirs !== undefined && !isAlive(JSON.parse(theirs) as Owner))
    takeAway(path, theirs, `${path}.${hostname()}.${process.pid}.stale`)
}

/** Removes a stale lock, unless somebody else has just done so and put up their own. */
function takeAway(path: string, stale: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') !== stale) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

/** Removes what processes left behind that were killed while they took the lock. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith('lock.'))) {
    const text = readIfThere(join(folder, name))
    let them: Owner | undefined
    try {
      them = JSON.parse(text ?? '') as Owner
    } catch {
      // Killed before the first byte: nobody can be asked, and nobody links an empty file.
    }
    if (them === undefined || !isAlive(them)) rmSync(join(folder, name), { force: true })
  }
}

function releaseLock(path: string, mine: string): void {
  if (readIfThere(path) === mine) rmSync(path, { force: true })
}

function owner(pid: number): Owner {
  const began = beginningOf(pid)
  return { host: hostname(), pid, ...(began === undefined ? {} : { began }) }
}

function isAlive(them: Owner): boolean {
  if (them.host !== hostname()) return true
  try {
    process.kill(them.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return them.began === undefined || beginningOf(them.pid) === them.began
}

/** Linux: the start time of a process in clock ticks since boot, field 22 of its stat line (counted after the name in brackets). */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
