import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { dualsegError } from '@dualseg/kernels'

const execute = promisify(execFile)

/** What Slurm says of one task of an array. */
export interface TaskState {
  /** PENDING, RUNNING, COMPLETED, … */
  readonly state: string
  readonly reason: string
  readonly nodes: string
}

/** @returns the job's number */
export async function submit(script: string): Promise<string> {
  const stdout = await slurm('sbatch', ['--parsable', script])
  // With several clusters it is `number;cluster`.
  return stdout.trim().split(';')[0]!
}

/** The tasks of an array that Slurm still knows, by number; it forgets ended ones after some minutes. */
export async function taskStates(job: string): Promise<ReadonlyMap<number, TaskState>> {
  let stdout: string
  try {
    stdout = await slurm('squeue', ['--noheader', '--array', '--states=all', `--jobs=${job}`, '--format=%K|%T|%r|%N'])
  } catch (error) {
    if (/Invalid job id/i.test((error as Error).message)) return new Map()
    throw error
  }
  const lines = stdout.split('\n').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [task, state, reason, nodes] = line.split('|') as [string, string, string, string]
      return [Number(task), { state, reason, nodes }]
    }),
  )
}

async function slurm(program: string, words: readonly string[]): Promise<string> {
  try {
    return (await execute(program, words)).stdout
  } catch (cause) {
    const { code, stderr } = cause as { code?: string | number; stderr?: string }
    if (code === 'ENOENT') {
      throw dualsegError('DUALSEG_SLURM', `${program} is not installed here; work on a login node of the cluster`, { cause })
    }
    throw dualsegError('DUALSEG_SLURM', `${program} refused: ${(stderr ?? '').trim() || String(cause)}`, { cause })
  }
}
