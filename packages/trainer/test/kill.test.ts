import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runBytes, temporaryFolder } from './tiny-run'

const CHILD = fileURLToPath(new URL('./kill-child.mjs', import.meta.url))

interface ChildOutcome {
  signal: NodeJS.Signals | null
  folder?: string
  refused?: string
}

function runChild(runs: string, at: number, mode: 'kill' | 'full' = 'kill', ...augment: 'strong'[]): ChildOutcome {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [CHILD, runs, String(at), mode, ...augment], {
    encoding: 'utf8',
  })
  if (signal !== null) return { signal }
  if (status !== 0) throw new Error(stderr)
  return { signal, ...JSON.parse(stdout.trim().split('\n').at(-1)!) }
}

// Before each of these calls that change a file, in a fresh process that goes on where the last one was killed: in the lock, the
// configuration, the log, every part of a checkpoint, the cases and the result.
const DEATHS = [3, 8, 23, 34, 41, 47, 52, 30, 19]

it('ends with the same bits after being killed again and again', () => {
  const wholeRuns = temporaryFolder()
  const whole = runChild(wholeRuns, 0)
  const runs = temporaryFolder()
  const signals = DEATHS.map((dieAt) => runChild(runs, dieAt).signal)
  expect(signals.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThanOrEqual(7)
  const last = runChild(runs, 0)
  // The same run, in the folder that the first of the killed processes made.
  expect(relative(runs, last.folder!)).toBe(relative(wholeRuns, whole.folder!))
  expect(readdirSync(dirname(last.folder!))).toEqual([basename(last.folder!)])
  expect(runBytes(last.folder!)).toEqual(runBytes(whole.folder!))
})

it('ends with the same bits with strong augmentation', () => {
  const whole = runChild(temporaryFolder(), 0, 'kill', 'strong')
  const runs = temporaryFolder()
  // In the log, behind a checkpoint: its iterations are drawn again.
  for (const dieAt of [34, 41]) expect(runChild(runs, dieAt, 'kill', 'strong').signal).toBe('SIGKILL')
  const last = runChild(runs, 0, 'kill', 'strong')
  expect(runBytes(last.folder!)).toEqual(runBytes(whole.folder!))
})

it('ends with the same bits after the disk was full again and again, and says so in words', () => {
  const wholeRuns = temporaryFolder()
  const whole = runChild(wholeRuns, 0)
  const runs = temporaryFolder()
  for (const at of [1, 6, 20, 33, 40]) {
    expect(runChild(runs, at, 'full').refused).toMatch(
      /^run .*: its folder lies on a full disk; make room\. Repeat the command then/,
    )
  }
  const last = runChild(runs, 0)
  expect(runBytes(last.folder!)).toEqual(runBytes(whole.folder!))
})
