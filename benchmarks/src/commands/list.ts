import { relative, resolve } from 'node:path'
import { expectConfig, readFinished, runProgress } from '@dualseg/trainer'
import Table from 'cli-table3'
import { mean } from 'simple-statistics'
import { EXIT } from '../command-line/exit-codes'
import { standing } from '../command-line/given-path'
import type { Verb } from '../command-line/verb'
import { armTitle } from '../grid/arm'
import { beyondProtocol } from '../report/beyond-protocol'
import { runFolders } from '../report/find-runs'
import { readEach, sayFaults } from '../report/read-each'

/** A run as `bench list` shows it. */
interface ListedRun {
  readonly folder: string
  readonly dataset: string
  readonly profile: string
  readonly protocol: string
  /** What was done beyond the protocol, in words; absent if nothing was. */
  readonly beyond?: readonly string[]
  readonly method: string
  readonly labelled: number
  readonly fold: number
  readonly seed: number
  readonly engine: string
  readonly state: 'done' | 'begun'
  readonly iteration: number
  readonly iterations: number
  /** Mean over the test cases; null before they are tested, and where there is none. */
  readonly dice: number | null
}

/** `bench list`: the runs in a folder, finished or not. */
export const list: Verb = {
  definition: {
    meta: { name: 'list', description: 'List the runs in a folder: what they are, how far they came, their Dice' },
    args: {
      runs: { type: 'positional', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: ['pnpm bench list', 'pnpm bench list runs/la/quick', 'pnpm -s bench list --json'],
  async run(args) {
    const root = resolve(String(args.runs))
    const runs: ListedRun[] = []
    const faults = readEach(runFolders(root), (folder) => void runs.push(listed(folder)))
    console.log(args.json ? JSON.stringify({ runs, faults }, null, 2) : text(runs, faults.length, root))
    sayFaults(faults)
    return faults.length > 0 ? EXIT.data : EXIT.done
  },
}

function listed(folder: string): ListedRun {
  const { config } = expectConfig(folder)
  const { method, settings, data, engine, fold, seed, labelledCases } = config
  const beyond = beyondProtocol(settings)
  const finished = readFinished(folder)
  return {
    folder,
    dataset: data.dataset,
    profile: settings.profile,
    protocol: settings.protocol,
    ...(beyond.length > 0 && { beyond }),
    method: armTitle({ method: method.name, without: method.without }),
    labelled: labelledCases,
    fold,
    seed,
    engine: `${engine.name}, ${engine.device}`,
    state: finished ? 'done' : 'begun',
    iteration: finished ? settings.iterations : runProgress(folder).iterations,
    iterations: settings.iterations,
    dice: finished && finished.cases.length > 0 ? mean(finished.cases.map(({ dice }) => dice)) : null,
  }
}

function text(runs: readonly ListedRun[], damaged: number, root: string): string {
  if (runs.length + damaged === 0) return `${root} holds no run`
  const table = new Table({
    head: ['data', 'profile', 'protocol', 'labelled', 'method', 'fold', 'seed', 'engine', 'state', 'Dice', 'folder'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'right', 'left', 'right', 'right', 'left', 'left', 'right', 'left'],
  })
  for (const run of runs) {
    const state = run.state === 'done' ? 'done' : `${run.iteration}/${run.iterations}`
    const { dataset, profile, protocol, labelled, method, fold, seed, engine } = run
    const folder = relative(standing(), run.folder)
    const trained = [protocol, ...(run.beyond ?? [])].join(', ')
    table.push([dataset, profile, trained, labelled, method, fold, seed, engine, state, run.dice?.toFixed(3) ?? '', folder])
  }
  const done = runs.filter(({ state }) => state === 'done').length
  const others = damaged > 0 ? `; ${damaged} more damaged, see below` : ''
  return [table.toString(), `${runs.length} runs, ${done} done${others}`].join('\n')
}
