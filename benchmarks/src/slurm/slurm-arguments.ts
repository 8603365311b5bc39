import { dualsegError } from '@dualseg/kernels'
import type { ReadArguments } from '../command-line/read-arguments'

/** Options that go to `sbatch` under the same name. */
const PASSED_ON = ['partition', 'time', 'gres', 'cpus-per-task', 'mem', 'account', 'qos', 'constraint'] as const

/** The options of a grid that is sent to a cluster. */
export const SLURM_ARGUMENTS = {
  slurm: { type: 'boolean', description: 'Submit the grid to Slurm: a task for each run, then a report', default: false },
  partition: { type: 'string', description: 'Of Slurm, as for sbatch' },
  time: { type: 'string', description: 'Of Slurm: limit of one task; at the limit it checkpoints and queues again' },
  gres: { type: 'string', description: 'Of Slurm, e.g. gpu:1' },
  'cpus-per-task': { type: 'string', description: "Of Slurm; the engine's threads, too" },
  mem: { type: 'string', description: 'Of Slurm: memory of one task' },
  account: { type: 'string', description: 'Of Slurm' },
  qos: { type: 'string', description: 'Of Slurm' },
  constraint: { type: 'string', description: 'Of Slurm' },
} as const

/** sbatch options as they were typed; refused where nothing is submitted. */
export function slurmOptions(args: ReadArguments): Readonly<Record<string, string>> {
  const given = Object.fromEntries(PASSED_ON.filter((name) => args[name] !== undefined).map((name) => [name, String(args[name])]))
  const [first] = Object.keys(given)
  if (args.slurm !== true && first !== undefined) throw dualsegError('DUALSEG_USAGE', `--${first} goes with --slurm.`)
  for (const [name, value] of Object.entries(given)) {
    if (/\s/.test(value)) throw dualsegError('DUALSEG_USAGE', `--${name} "${value}": no blanks, as for sbatch.`)
  }
  return given
}

/** Options of the command line that a task does not take over. */
export const NOT_FOR_TASKS: ReadonlySet<string> = new Set([
  ...Object.keys(SLURM_ARGUMENTS),
  'jobs',
  'task',
  'table',
  'dry-run',
  'json',
  'threads',
  'from',
])
