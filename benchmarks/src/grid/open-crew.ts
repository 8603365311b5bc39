import { availableParallelism, freemem } from 'node:os'
import type { RunHooks, RunOutcome } from '@dualseg/trainer'
import { type Job, workOff } from '../command-line/progress'
import { chooseEngine, type UsedEngine } from '../engines/open-engine'
import { type Division, divide } from './capacity'
import type { PlanEstimate } from './estimate'
import type { GridCommand } from './grid-arguments'
import { openRemoteWorkshop } from './remote-workshop'
import { Team } from './team'
import { runsAsked, type WorkOrder } from './work-order'
import { openWorkshop, type Workshop } from './workshop'

/** Everything that is needed before the first run: engine, cases, plan, and who works. */
export interface Crew extends Division {
  readonly engine: UsedEngine
  readonly estimate: PlanEstimate
  run(
    index: number,
    hooks: Pick<RunHooks, 'onProgress' | 'onNotice' | 'signal'> & { onLine(line: string): void },
  ): Promise<RunOutcome>
  close(): void
}

/** One run at a time is done in this process; more in processes beside it, as many as cores and memory hold. */
export async function openCrew(command: GridCommand, title: string, check: Job | undefined, signal: AbortSignal): Promise<Crew> {
  const { order, threads, wanted } = command
  const cores = availableParallelism()
  const given = threads === undefined ? {} : { threads }
  const division = divide({ asked: command.jobs, runsLeft: runsAsked(order), cores, ...given })
  const checks = check === undefined ? [] : [check]
  if (division.jobs === 1 || wanted !== 'runs') {
    // Alone, an engine knows best how many threads it takes.
    const workshop = await openWorkshop(withThreads(order, threads))
    await getReady(workshop, title, checks, signal)
    const estimate = await workshop.estimate({ measured: wanted !== 'table', signal })
    return { ...division, engine: workshop.engine, estimate, run: workshop.run, close: workshop.close }
  }
  return openTeam(command, division, title, checks, signal)
}

/** Measures one process first; where fewer fit than it was set up for, another one with more threads takes its place. */
async function openTeam(
  { order, jobs: asked, threads }: GridCommand,
  first: Division,
  title: string,
  checks: readonly Job[],
  signal: AbortSignal,
): Promise<Crew> {
  const cores = availableParallelism()
  for (let division = first, remaining = checks; ; remaining = []) {
    const own = withThreads(order, division.threads)
    const workshop = await openRemoteWorkshop(own)
    try {
      await getReady(workshop, title, remaining, signal)
      const estimate = await workshop.estimate({ measured: true, signal })
      const runsLeft = Math.max(1, estimate.runs.filter(({ state }) => state !== 'done').length)
      const perRun = workshop.peakBytes!
      const memory = { perRun, total: availableMemory() + perRun }
      const fits = divide({ asked, runsLeft, cores, memory, ...(threads !== undefined && { threads }) })
      if (fits.threads !== division.threads) {
        workshop.close()
        division = fits
        continue
      }
      // One engine for the whole grid, however each process would choose.
      const team = new Team({ ...own, engine: chooseEngine(workshop.engine.identity.name) }, workshop)
      return {
        ...fits,
        engine: workshop.engine,
        estimate,
        run: (index, hooks) => team.run(index, hooks),
        close: () => team.close(),
      }
    } catch (error) {
      workshop.close()
      throw error
    }
  }
}

async function getReady(workshop: Workshop, title: string, checks: readonly Job[], signal: AbortSignal): Promise<void> {
  const load: Job = {
    title,
    run: async (report) => {
      await workshop.load({ signal, onLine: report })
      return undefined
    },
  }
  const errors = await workOff([...checks, load], { stopOnError: true })
  for (const error of errors.values()) throw error
}

function withThreads(order: WorkOrder, threads: number | undefined): WorkOrder {
  return threads === undefined ? order : { ...order, engineOptions: { ...order.engineOptions, threads } }
}

/** Bytes that can be had without swapping; within a container's or a job's limit where Node knows it. */
function availableMemory(): number {
  return Math.min(freemem(), process.availableMemory?.() ?? Number.POSITIVE_INFINITY)
}
