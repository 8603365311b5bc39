import { cpSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRun, faultOf, type RunOutcome, readFinished, readSessions, readWholeLog, trainRun } from '../src'
import { readInput } from '../src/runs/files/input-file'
import { readSplit } from '../src/runs/files/split-file'
import { accident } from './accident'
import { type RunsToDamage, runsToDamage } from './runs-to-damage'
import { SMALLEST_ITERATIONS } from './smallest-run'

type Done = Extract<RunOutcome, { status: 'done' }>

/**
 * Damages runs in every state at random and accepts two ends only: all works with the right bits, or an error with a code names the file.
 *
 * @param draws accidents to a run that was stopped, and as many to a finished one
 */
export function damageAtRandom(draws: number): void {
  let runs: RunsToDamage
  beforeAll(async () => {
    runs = await runsToDamage()
  })
  afterAll(() => runs.remove())

  describe(`${draws} accidents at random`, () => {
    it('to a run that was stopped: it ends with the bits of an undisturbed one, or names the file', async () => {
      let wentOn = 0
      let said = 0
      for (let draw = 0; draw < draws; draw++) {
        const run = runs.copyOf(draw % 2 === 0 ? runs.inTraining : runs.inTest)
        const { file, what } = accident(run.folder, 'a stopped run', draw)
        try {
          const { fault, notices } = await runs.resume(run)
          if (fault === undefined) wentOn++
          else expect(fault).toBe(file)
          for (const notice of notices) expect(notice).toContain(join(run.folder, file))
          said += Number(fault !== undefined || notices.length > 0)
        } catch (cause) {
          throw new Error(`draw ${draw}: ${what} of ${file}`, { cause })
        }
        run.remove()
      }
      // Most can be done without, and little goes without a word: white space, a file that is made anew anyway.
      expect(wentOn).toBeGreaterThan(0.5 * draws)
      expect(said).toBeGreaterThan(0.8 * draws)
    })

    it('to a run that is finished: every reader gives what it gave before, or names the file', async () => {
      const { folder, plan, remove } = runs.copyOf(runs.finished)
      const notices: string[] = []
      const readers: Readonly<Record<string, () => unknown>> = {
        result: () => readFinished(folder),
        log: () => readWholeLog(folder, SMALLEST_ITERATIONS),
        input: () => readInput(folder),
        split: () => readSplit(folder),
        sessions: () => readSessions(folder),
        predict: () => runs.predict(folder),
        // The last: it makes anew what it can.
        async train() {
          const { ran: _, ...outcome } = (await trainRun(plan, { onNotice: (notice) => void notices.push(notice) })) as Done
          return outcome
        },
      }
      const right: Record<string, unknown> = {}
      for (const [name, read] of Object.entries(readers)) right[name] = await read()
      let named = 0
      for (let draw = 0; draw < draws; draw++) {
        const { file, what } = accident(folder, 'a finished run', draw)
        notices.length = 0
        let isNamed = false
        try {
          const { faults } = checkRun(folder)
          const found = faults.map((fault) => relative(folder, fault.file))
          if (found.length > 0) expect(found).toContain(file)
          for (const [name, read] of Object.entries(readers)) {
            try {
              const value = await read()
              // What is not there was not kept: by earlier versions, or after its figures were all that was wanted.
              if (value !== undefined || what !== 'missing') expect(value, name).toEqual(right[name])
            } catch (error) {
              const fault = faultOf(error)
              if (fault === undefined) throw error
              expect(relative(folder, fault.file), name).toBe(file)
              isNamed = true
            }
          }
          isNamed ||= found.length > 0 || notices.some((notice) => notice.includes(join(folder, file)))
        } catch (cause) {
          throw new Error(`draw ${draw}: ${what} of ${file}`, { cause })
        }
        named += Number(isNamed)
        rmSync(folder, { recursive: true })
        cpSync(runs.finished, folder, { recursive: true })
      }
      // Some change what is not part of a value, such as white space between values or the name of a file's checksum.
      expect(named).toBeGreaterThan(0.85 * draws)
      remove()
    })
  })
}
