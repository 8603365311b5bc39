import { Listr, ListrLogger, type ListrLogLevels, ProcessOutput } from 'listr2'
import prettyMs from 'pretty-ms'

/** One thing to be done while the user watches. `report` replaces the line under its title. */
export interface Job {
  title: string
  run(report: (line: string) => void): Promise<string | undefined>
}

/** Where nobody watches a terminal, a line this often is enough. */
const PLAIN_LINE_MS = 10_000

/**
 * Works off the jobs, one after another or `sideBySide` at a time, and shows them on stderr; a failing job does not stop the others
 * unless it is to. Returns the errors by title.
 */
export async function workOff(
  jobs: readonly Job[],
  options: { stopOnError: boolean; sideBySide?: number },
): Promise<Map<string, unknown>> {
  const errors = new Map<string, unknown>()
  const isTerminal = process.stderr.isTTY === true
  const logger = new ListrLogger<ListrLogLevels>({ processOutput: new ProcessOutput(process.stderr, process.stderr) })
  const list = new Listr(
    jobs.map((job) => ({
      title: job.title,
      task: async (_context: unknown, task: { title?: string; output: string }) => {
        let last = 0
        const report = (line: string) => {
          const now = Date.now()
          if (!isTerminal && now - last < PLAIN_LINE_MS) return
          last = now
          task.output = line
        }
        try {
          const outcome = await job.run(report)
          if (outcome !== undefined) task.title = `${job.title}: ${outcome}`
        } catch (error) {
          errors.set(job.title, error)
          // The caller tells the reason, once and whole.
          throw new Error('the reason stands below', { cause: error })
        }
      },
    })),
    {
      exitOnError: options.stopOnError,
      concurrent: options.sideBySide ?? 1,
      renderer: isTerminal ? 'default' : 'simple',
      rendererOptions: { logger } as never,
      registerSignalListeners: false,
    },
  )
  await list.run().catch(() => undefined)
  return errors
}

/** `1 min 20 s`-like text for people; under a second it says so. */
export function duration(seconds: number): string {
  return Number.isFinite(seconds) ? prettyMs(Math.max(0, seconds) * 1000, { unitCount: 2, secondsDecimalDigits: 0 }) : 'unknown'
}

/** `2 of 5, 9s left`, from what the first ones took. */
export function worked(done: number, all: number, beganMs: number): string {
  const left = done < all ? `, ${duration((((performance.now() - beganMs) / 1000) * (all - done)) / done)} left` : ''
  return `${done} of ${all}${left}`
}

/** `ce 0.412  dice 0.233`: the raw terms as one line. */
export function termsLine(terms: Readonly<Record<string, number | null>>): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${value === null ? 'null' : value.toPrecision(3)}`)
    .join('  ')
}
