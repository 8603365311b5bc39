import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, join, relative } from 'node:path'
import { expect } from 'vitest'
import { type CaseResult, faultOf, loadRun, type RunPlan, trainRun, useEngine } from '../src'
import { lockText } from '../src/runs/lock/lock-file'
import { quickFolder, smallest, smallestCase, smallestPlan } from './smallest-run'
import { runBytes } from './tiny-run'

/** A copy of a run, in the place that its plan gives it. */
export interface RunCopy {
  readonly folder: string
  readonly plan: RunPlan
  remove(): void
}

/** How a run ended that was found damaged: with the right bits, or refused for a file. */
export interface Ending {
  readonly notices: readonly string[]
  /** Within the run's folder. */
  readonly fault?: string
}

/** The smallest runs, in every state that a command can find one in. */
export interface RunsToDamage {
  /** Nothing disturbed it. */
  readonly finished: string
  /** Stopped after three of four iterations; the checkpoint of the second is there as well. */
  readonly inTraining: string
  /** Stopped after one of two test cases. */
  readonly inTest: string
  copyOf(run: string): RunCopy
  /** Trains on, and proves that what came has the right bits, or a fault that is named. */
  resume(copy: RunCopy): Promise<Ending>
  /** Loads a finished run and predicts a case. */
  predict(folder: string): Promise<Uint8Array>
  remove(): void
}

export async function runsToDamage(): Promise<RunsToDamage> {
  const { identity } = await useEngine('cpu')
  const planIn = await smallestPlan(identity)
  const root = quickFolder()
  const at = (name: string) => join(root.path, name)

  const finished = (await trainRun(planIn(at('finished')))).folder
  const expected = bitsOf(finished)
  const trained = planIn(at('training'))
  const inTraining = await stopped(trained, (done) => 'iteration' in done && done.iteration === 2)
  cpSync(join(inTraining, 'checkpoint', 'it0000002'), at('it0000002'), { recursive: true })
  await stopped(trained, (done) => 'iteration' in done && done.iteration === 3)
  cpSync(at('it0000002'), join(inTraining, 'checkpoint', 'it0000002'), { recursive: true })
  const inTest = await stopped(planIn(at('test')), (done) => 'case' in done)
  // Of a process that is gone: beyond the largest number that Linux gives out.
  for (const run of [inTraining, inTest]) writeFileSync(join(run, 'lock'), lockText({ host: hostname(), pid: 2 ** 22 + 1 }))

  let copies = 0
  return {
    finished,
    inTraining,
    inTest,
    copyOf(run) {
      const runs = at(`copy ${copies++}`)
      const folder = join(runs, 'smallest', 'smallest', 'smallest', basename(run))
      cpSync(run, folder, { recursive: true })
      return { folder, plan: planIn(runs), remove: () => rmSync(runs, { recursive: true, force: true }) }
    },
    async resume({ folder, plan }) {
      const notices: string[] = []
      try {
        await trainRun(plan, { onNotice: (notice) => void notices.push(notice) })
      } catch (error) {
        const fault = faultOf(error)
        if (fault === undefined) throw error
        expect(error).toMatchObject({ code: 'DUALSEG_DATA', message: expect.stringContaining(fault.file) })
        return { notices, fault: relative(folder, fault.file) }
      }
      expect(bitsOf(folder)).toEqual(expected)
      return { notices }
    },
    async predict(folder) {
      const run = await loadRun(folder, { method: smallest })
      try {
        return (await run.predict(smallestCase('C').image)).label.data
      } finally {
        run.dispose()
      }
    },
    remove: root.remove,
  }
}

async function stopped(plan: RunPlan, when: (done: { iteration: number } | { case: CaseResult }) => boolean): Promise<string> {
  const controller = new AbortController()
  const { status, folder } = await trainRun(plan, {
    signal: controller.signal,
    onProgress: (told) => void (when(told) && controller.abort()),
  })
  expect(status).toBe('interrupted')
  return folder
}

/** The bits of a run, without what was set aside. */
function bitsOf(folder: string): Record<string, string> {
  const bits = Object.entries(runBytes(folder)).filter(([path]) => !path.includes('.damaged'))
  // White space in JSON is another text of the same values.
  return Object.fromEntries(bits.map(([path, text]) => [path, path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text]))
}
