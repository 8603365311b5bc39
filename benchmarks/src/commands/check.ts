import { relative, resolve } from 'node:path'
import { type CheckedRun, checkRun } from '@dualseg/trainer'
import { EXIT } from '../command-line/exit-codes'
import { standing } from '../command-line/given-path'
import type { Verb } from '../command-line/verb'
import { runFolders } from '../report/find-runs'
import { faultText } from '../report/read-each'

/** `bench check`: whether runs are as they were written. */
export const check: Verb = {
  definition: {
    meta: { name: 'check', description: 'Check every file of the runs in a folder: whole, resumable or damaged, and what to do' },
    args: {
      runs: { type: 'positional', valueHint: 'folder', description: 'Folder with runs, or of one run', default: 'runs' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: ['pnpm bench check', 'pnpm bench check runs/la/quick', 'pnpm -s bench check --json'],
  async run(args) {
    const root = resolve(String(args.runs))
    const runs = runFolders(root).map(checkRun)
    console.log(args.json ? JSON.stringify({ runs }, null, 2) : text(runs, root))
    return runs.some(({ faults }) => faults.length > 0) ? EXIT.data : EXIT.done
  },
}

function text(runs: readonly CheckedRun[], root: string): string {
  if (runs.length === 0) return `${root} holds no run`
  const count = (state: CheckedRun['state']) => runs.filter((run) => run.state === state).length
  const states = (['whole', 'resumable', 'in work', 'damaged'] as const).flatMap((state) =>
    count(state) === 0 ? [] : [`${count(state)} ${state}`],
  )
  return [...runs.flatMap(lines), `${runs.length} runs: ${states.join(', ')}`].join('\n')
}

function lines({ folder, state, iteration, iterations, faults, missing }: CheckedRun): string[] {
  const goesOn = state === 'resumable' ? ` from iteration ${iteration} of ${iterations}: repeat the command that began it` : ''
  const without = missing.map((what) => `  without ${what}`)
  return [
    `${relative(standing(), folder) || folder}: ${state}${goesOn}`,
    ...faults.map((fault) => `  ${faultText(fault)}`),
    ...without,
  ]
}
