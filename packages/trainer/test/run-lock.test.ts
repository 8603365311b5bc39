import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lockOwner, lockRun } from '../src'
import { temporaryFolder } from './tiny-run'

const CHILD = fileURLToPath(new URL('./lock-child.mjs', import.meta.url))
/** A number that no process has: beyond the largest that Linux gives out. */
const NOBODY = 2 ** 22 + 1

afterEach(() => void vi.unstubAllEnvs())

function runFolder(): string {
  const folder = join(temporaryFolder(), 'run')
  mkdirSync(folder)
  return folder
}

function child(folder: string, seed: number): Promise<{ held: number; died: boolean }> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [CHILD, folder, '60', String(seed)])
    let held = 0
    let stderr = ''
    process_.stdout.on('data', (text) => {
      held += String(text).split('held').length - 1
    })
    process_.stderr.on('data', (text) => {
      stderr += text
    })
    process_.on('close', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? resolve({ held, died: signal !== null }) : reject(new Error(stderr)),
    )
  })
}

describe('the lock of a run', () => {
  it('is held by one process at a time, however many take it over from dead ones', async () => {
    const folder = runFolder()
    let held = 0
    let deaths = 0
    for (let round = 0; round < 3; round++) {
      const all = await Promise.all(Array.from({ length: 5 }, (_, i) => child(folder, 10 * round + i)))
      held += all.reduce((sum, one) => sum + one.held, 0)
      deaths += all.filter(({ died }) => died).length
    }
    expect(held).toBeGreaterThan(15)
    expect(deaths).toBeGreaterThan(3)
    // The last one may have died with it; nothing but that is left.
    lockRun(folder).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('is taken over from one that died while it took it over', () => {
    const folder = runFolder()
    const dead = (pid: number) => JSON.stringify({ host: hostname(), pid })
    const after = (text: string) => join(folder, `lock.after-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`)
    writeFileSync(join(folder, 'lock'), dead(NOBODY))
    writeFileSync(after(dead(NOBODY)), dead(NOBODY + 1))
    expect(lockOwner(folder)).toMatchObject({ alive: false, owner: { pid: NOBODY + 1 } })
    const lock = lockRun(folder)
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ host: hostname(), pid: process.pid })
    expect(readdirSync(folder)).toEqual(['lock'])
    expect(lockOwner(folder)).toMatchObject({ alive: true, owner: { pid: process.pid } })
    lock.release()
    expect(lockOwner(folder)).toBeUndefined()
  })

  it('of an earlier start of the same cluster job has ended, even on another host; of the same start it has not', () => {
    const folder = runFolder()
    const owner = (restarts: number) => JSON.stringify({ host: 'other', pid: 1, job: { id: 'slurm 77', restarts } })
    vi.stubEnv('SLURM_JOB_ID', '77')
    vi.stubEnv('SLURM_RESTART_COUNT', '1')
    writeFileSync(join(folder, 'lock'), owner(1))
    expect(() => lockRun(folder)).toThrow("on host 'other'")
    writeFileSync(join(folder, 'lock'), owner(0))
    lockRun(folder).release()
    vi.stubEnv('SLURM_JOB_ID', '78')
    writeFileSync(join(folder, 'lock'), owner(0))
    expect(() => lockRun(folder)).toThrow("on host 'other'")
  })
})
