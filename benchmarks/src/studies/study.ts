import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AuditEntry,
  auditStep,
  expectConfig,
  faultError,
  type Method,
  readWholeLog,
  type UpcomingStep,
} from '@dualseg/trainer'
import { mean } from 'simple-statistics'

/** What every raw term sent to every network before one training step: a line of `study.jsonl`. */
interface StudyLine {
  readonly iteration: number
  readonly entries: readonly Pick<AuditEntry, 'term' | 'network' | 'half' | 'norm'>[]
}

/** One term over the course of a run, means over the runs given; each list has one number a section of the run. */
export interface TermCourse {
  readonly term: string
  /** Raw values, or the noted ones of a term that trains nothing. */
  readonly value: readonly number[]
  /** What it entered the loss with; undefined for noted values. */
  readonly weight?: readonly number[]
  /** Norms of the raw term's gradient by network, of the steps looked at; both halves of the batch together. */
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

/** Sections of a run that are told apart: begin, middle and end of training look alike in no term. */
export const SECTIONS = 5

/** Looks at a training step from time to time, and writes what it saw beside the run's log. */
export function studyStep(method: Method, every: number): (step: UpcomingStep) => Promise<void> {
  return async ({ folder, networks, batch, setting }) => {
    // The last step as well: there the ramps are up.
    if (setting.iteration % every !== 0 && setting.iteration !== setting.iterations - 1) return
    const { entries } = await auditStep(method, networks, batch, setting)
    const line: StudyLine = {
      iteration: setting.iteration,
      entries: entries.map(({ term, network, half, norm }) => ({ term, network, half, norm })),
    }
    appendFileSync(join(folder, 'study.jsonl'), `${JSON.stringify(line)}\n`)
  }
}

/** The course of every term, from the logs of runs of one method. */
export function termCourses(folders: readonly string[]): TermCourse[] {
  const logs = folders.map((folder) => readWholeLog(folder, expectConfig(folder).config.settings.iterations) ?? [])
  const looks = folders.map((folder) => [
    // A run that was resumed may have looked at a step twice, and saw the same.
    ...new Map(readLines<StudyLine>(join(folder, 'study.jsonl')).map((line) => [line.iteration, line])).values(),
  ])
  const last = logs[0]?.at(-1)
  if (last === undefined) return []
  const iterations = last.iteration + 1
  const section = (iteration: number) => Math.floor((iteration * SECTIONS) / iterations)
  const course = <T extends { iteration: number }>(runs: readonly (readonly T[])[], of: (line: T) => number | null | undefined) =>
    Array.from({ length: SECTIONS }, (_, k) => {
      const values = runs.flatMap((lines) => lines.filter(({ iteration }) => section(iteration) === k).map(of))
      const numbers = values.filter((value): value is number => typeof value === 'number')
      return numbers.length === 0 ? Number.NaN : mean(numbers)
    })
  return [...Object.keys(last.terms), ...Object.keys(last.noted)].map((term) => {
    const networks = [
      ...new Set(looks.flat().flatMap(({ entries }) => entries.filter((one) => one.term === term).map((one) => one.network))),
    ]
    const norm = (line: StudyLine, network: string) =>
      Math.hypot(...line.entries.filter((one) => one.term === term && one.network === network).map((one) => one.norm))
    return {
      term,
      value: course(logs, (line) => line.terms[term] ?? line.noted[term]),
      ...(term in last.weights && { weight: course(logs, (line) => line.weights[term]) }),
      gradients: Object.fromEntries(
        (term in last.weights ? networks : []).map((network) => [network, course(looks, (line) => norm(line, network))]),
      ),
    }
  })
}

function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  // What stands behind the last line break was cut off by a kill.
  return lines.slice(0, -1).map((line, at) => {
    try {
      return JSON.parse(line) as T
    } catch (cause) {
      const remedy = 'remove the folder of its run to study it anew'
      throw faultError({ file: path, found: `line ${at + 1} is not JSON`, remedy }, cause)
    }
  })
}
