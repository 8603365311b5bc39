import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { ResultPromise } from 'execa'
import { type CliOutcome, type Meddle, runCli } from './cli-process'
import type { OwnProject } from './own-project'
import { runBytes, runFolders } from './run-folder'

/** Two methods under two seeds: one learns from labelled cases alone, one has a teacher, unlabelled cases and dropout. */
const GRID = ['--method', 'supervised,mt', '--seed', '1,2']
export const RUNS = 4

export interface GridTools {
  grid(runs: string, ...args: (string | Meddle)[]): Promise<CliOutcome>
}

export function gridTools(project: OwnProject, iterations: number): GridTools {
  return {
    grid: (runs, ...args) =>
      runCli(
        project.cli,
        [
          ...['own', ...GRID, '--iterations', String(iterations), '--runs', runs],
          ...args.filter((arg) => typeof arg === 'string'),
        ],
        args.find((arg) => typeof arg === 'function'),
      ),
  }
}

/** Everything that must be the same however a grid came about, by run. */
export function gridBytes(runs: string): Record<string, Record<string, string>> {
  return Object.fromEntries(runFolders(runs).map((folder) => [relative(runs, folder), runBytes(folder)]))
}

/** Processes that a process has started. Linux. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Kills the command, or one of the processes that do its runs, by SIGKILL after a time. */
export function killAfter(ms: number, target: 'command' | 'worker'): Meddle {
  let done = false
  return (child: ResultPromise, { began }) => {
    if (done || Date.now() - began < ms || child.pid === undefined) return
    done = true
    const [worker] = childrenOf(child.pid)
    if (target === 'command' || worker === undefined) child.kill('SIGKILL')
    else process.kill(worker, 'SIGKILL')
  }
}
