import { resolve } from 'node:path'
import { expectConfig, type RunConfig } from '@dualseg/trainer'
import Table from 'cli-table3'
import { EXIT, errorCode } from '../command-line/exit-codes'
import type { Verb } from '../command-line/verb'
import { armTitle } from '../grid/arm'
import { beyondProtocol } from '../report/beyond-protocol'
import { runFolders } from '../report/find-runs'
import { readEach, sayFaults } from '../report/read-each'
import { runStanding } from '../report/run-standing'
import { type TaskState, taskStates } from '../slurm/slurm-commands'
import { readRecords, type SubmissionRecord } from '../slurm/submission-record'

interface RunStatus {
  readonly title: string
  /** `done`, `running on <host>`, `stopped`, or `not begun`. */
  readonly state: string
  readonly iteration: number
  readonly iterations: number | null
  readonly folder: string | null
}

interface TaskStatus extends RunStatus {
  readonly task: number
  /** What Slurm says; null where it does not know the task any more. */
  readonly slurm: TaskState | null
}

interface SubmissionStatus {
  readonly folder: string
  readonly submitted: string
  readonly command: string
  readonly arrayJob: string
  readonly reportJob: string
  readonly tasks: readonly TaskStatus[]
}

/** `bench status`: how far grids are, here and on a cluster. */
export const status: Verb = {
  definition: {
    meta: { name: 'status', description: 'Show how far runs are: those in work or stopped here, and every grid sent to Slurm' },
    args: {
      runs: { type: 'positional', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: ['pnpm bench status', 'pnpm -s bench status --json'],
  async run(args) {
    const root = resolve(String(args.runs))
    const runs: { config: RunConfig; status: RunStatus }[] = []
    const runFaults = readEach(runFolders(root), (folder) => {
      const { config } = expectConfig(folder)
      runs.push({ config, status: statusOf(folder, config) })
    })
    const submissions: SubmissionStatus[] = []
    const sent = readRecords(root)
    const faults = [...runFaults, ...sent.faults]
    for (const { folder, record } of sent.records) {
      const states = await statesOf(record)
      const tasks = record.tasks.map((task, index): TaskStatus => {
        const found = runs.filter(({ config }) => isTask(config, record, task))
        // Of several, e.g. on another device, the one that is further.
        const [run] = found.map((one) => one.status).sort((a, b) => b.iteration - a.iteration)
        const title = `${armTitle(task)} fold ${task.fold} seed ${task.seed}, ${task.labelled} labelled`
        const none: RunStatus = { title, state: 'not begun', iteration: 0, iterations: null, folder: null }
        return { task: index, ...(run ?? none), slurm: states.get(index) ?? null }
      })
      const { submitted, command, arrayJob, reportJob } = record
      submissions.push({ folder, submitted, command, arrayJob, reportJob, tasks })
    }
    const unfinished = runs.map((run) => run.status).filter(({ state }) => state !== 'done')
    console.log(
      args.json
        ? JSON.stringify({ submissions, unfinished, faults }, null, 2)
        : text(submissions, unfinished, runs.length - unfinished.length),
    )
    sayFaults(faults)
    return faults.length > 0 ? EXIT.data : EXIT.done
  },
}

/** Without Slurm at hand the runs' own folders still tell how far they are. */
async function statesOf(record: SubmissionRecord): Promise<ReadonlyMap<number, TaskState>> {
  try {
    return await taskStates(record.arrayJob)
  } catch (error) {
    if (errorCode(error) !== 'DUALSEG_SLURM') throw error
    console.error(`Job ${record.arrayJob}: ${(error as Error).message}`)
    return new Map()
  }
}

function isTask(config: RunConfig, record: SubmissionRecord, task: SubmissionRecord['tasks'][number]): boolean {
  const { method, settings, data, engine, labelledCases } = config
  return (
    armTitle({ method: method.name, without: method.without }) === armTitle(task) &&
    config.fold === task.fold &&
    config.seed === task.seed &&
    settings.profile === record.profile &&
    settings.protocol === record.protocol &&
    beyondProtocol(settings).join() === (record.beyond ?? []).join() &&
    (task.labelled === 'all' ? settings.labelledCases === 'all' : labelledCases === task.labelled) &&
    engine.name === record.engine &&
    (data.dataset === record.dataset || data.dataset.endsWith('phantom'))
  )
}

function statusOf(folder: string, config: RunConfig): RunStatus {
  const { cases: _, ...status } = runStanding(folder, config)
  return status
}

function text(submissions: readonly SubmissionStatus[], unfinished: readonly RunStatus[], done: number): string {
  const blocks = submissions.map(({ folder, submitted, command, arrayJob, reportJob, tasks }) => {
    const finished = tasks.filter(({ state }) => state === 'done').length
    const rows = tasks.map(({ task, title, state, iteration, iterations, slurm }) => [
      task,
      title,
      state,
      progress(iteration, iterations),
      slurm === null
        ? 'ended, or unknown'
        : [slurm.state, slurm.nodes, slurm.reason === 'None' ? '' : slurm.reason].filter(Boolean).join(' '),
    ])
    return [
      `${submitted} · ${command}`,
      `job ${arrayJob}, report ${reportJob}, output ${folder}`,
      table(['task', 'run', 'state', 'iteration', 'Slurm'], rows),
      `${finished} of ${tasks.length} done`,
    ].join('\n')
  })
  const here =
    unfinished.length === 0
      ? `No run is unfinished; ${done} are done.`
      : [
          'Unfinished runs:',
          table(
            ['run', 'state', 'iteration', 'folder'],
            unfinished.map(({ title, state, iteration, iterations, folder }) => [
              title,
              state,
              progress(iteration, iterations),
              folder,
            ]),
          ),
          `${done} are done.`,
        ].join('\n')
  return [...blocks, here].join('\n\n')
}

function progress(iteration: number, iterations: number | null): string {
  return iterations === null ? '' : `${iteration}/${iterations}`
}

function table(head: string[], rows: readonly unknown[][]): string {
  const made = new Table({ head, style: { head: [], border: [], compact: true } })
  made.push(...(rows as string[][]))
  return made.toString()
}
