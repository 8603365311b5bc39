import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { sha256 } from '../disk/canonical-json'
import { faultOf } from '../disk/fault'
import { type LockFile, type LockOwner, lockText, readLock } from './lock-file'

export type { LockOwner }

/** Keeps a run to one process. */
export interface RunLock {
  release(): void
}

/**
 * Takes the lock of a run's folder. One that was left behind is taken over: by a process of this host that is gone, or by an earlier
 * start of the same cluster job.
 *
 * The lock is the file `lock`, linked into place as a whole. To take a stale one over, a process first links `lock.after-<hash of the
 * stale one>`; only one can, whoever saw the same stale lock. Should it die before it has put its own lock in place of the stale one,
 * its link is the stale lock that the next one comes after.
 *
 * @throws DUALSEG_LOCKED if another process has it, or if it comes from another host, whose processes cannot be seen from here;
 *   DUALSEG_DATA with a `fault` if it is damaged, so that nobody can tell whose it is
 */
export function lockRun(folder: string): RunLock {
  const path = join(folder, 'lock')
  const mine = lockText(ownerHere())
  // Written beside and linked: no lock is ever seen empty, even if this process is killed here.
  const beside = join(folder, `lock.${hostname()}.${process.pid}`)
  writeFileSync(beside, mine)
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      const chain = lockChain(folder)
      const last = chain.at(-1)
      if (last !== undefined && isAlive(last.owner)) throw refusal(folder, last.owner)
      if (!linked(beside, last === undefined ? path : afterPath(folder, last))) continue
      if (last !== undefined) {
        // Somebody may have finished taking over what was read before.
        if (textsOf(lockChain(folder)) !== [textsOf(chain), mine].join()) {
          rmSync(afterPath(folder, last), { force: true })
          continue
        }
        renameSync(beside, path)
      }
      sweep(folder)
      return { release: () => void (isText(path, mine) && rmSync(path, { force: true })) }
    }
    throw dualsegError('DUALSEG_LOCKED', `run ${folder}: other processes take its lock again and again; start one at a time`)
  } finally {
    rmSync(beside, { force: true })
  }
}

/** Who has the lock of a run, and whether that process is still there (undefined: it is on another host). */
export function lockOwner(folder: string): { owner: LockOwner; alive: boolean | undefined } | undefined {
  const last = lockChain(folder).at(-1)
  if (last === undefined) return undefined
  const { owner } = last
  return { owner, alive: owner.host === hostname() ? isAlive(owner) : undefined }
}

/** Removes the lock of a process that was killed after its work was done. */
export function clearStaleLock(folder: string): void {
  try {
    if (lockChain(folder).length === 0) return
    lockRun(folder).release()
  } catch (error) {
    // Its owner is about to go, or cannot be seen from here, or the lock is damaged; a finished run needs nobody's leave.
    if ((error as { code?: string }).code !== 'DUALSEG_LOCKED' && faultOf(error) === undefined) throw error
  }
}

/** The lock, and whoever began to take it over from a dead one, in order. */
function lockChain(folder: string): LockFile[] {
  const chain: LockFile[] = []
  for (let path = join(folder, 'lock'); ; path = afterPath(folder, chain.at(-1)!)) {
    const lock = readLock(path)
    if (lock === undefined || chain.some(({ text }) => text === lock.text)) return chain
    chain.push(lock)
  }
}

function afterPath(folder: string, stale: LockFile): string {
  return join(folder, `lock.after-${sha256(stale.text).slice(0, 16)}`)
}

function textsOf(chain: readonly LockFile[]): string {
  return chain.map(({ text }) => text).join()
}

/** What lies there now may be anything; only one's own is taken away. */
function isText(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}

/** False: somebody else was first. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes what processes left behind that were killed while they took the lock. */
function sweep(folder: string): void {
  const own = `lock.${hostname()}.`
  for (const name of readdirSync(folder)) {
    // One that is only about to be written is empty, so that its name tells whose it is.
    const isLeft =
      name.startsWith('lock.after-') ||
      (name.startsWith(own) && !isAlive({ host: hostname(), pid: Number(name.slice(own.length)) }))
    if (isLeft) rmSync(join(folder, name), { force: true })
  }
}

function refusal(folder: string, them: LockOwner): Error {
  return dualsegError(
    'DUALSEG_LOCKED',
    `run ${folder} is being worked on by process ${them.pid} on host '${them.host}'; wait for it, or, if it is surely gone, delete ${join(folder, 'lock')}`,
  )
}

function ownerHere(): LockOwner {
  const began = beginningOf(process.pid)
  const { SLURM_JOB_ID: id, SLURM_RESTART_COUNT: restarts = '0' } = process.env
  return {
    host: hostname(),
    pid: process.pid,
    ...(began !== undefined && { began }),
    ...(id !== undefined && { job: { id: `slurm ${id}`, restarts: Number(restarts) } }),
  }
}

function isAlive(them: LockOwner): boolean {
  const here = ownerHere()
  if (them.job !== undefined && them.job.id === here.job?.id && them.job.restarts < here.job.restarts) return false
  if (them.host !== here.host) return true
  try {
    process.kill(them.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return them.began === undefined || beginningOf(them.pid) === them.began
}

/** Linux: which start of the system, and the process's start in clock ticks since then: field 22 of its stat line (counted after the name in brackets). */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}
