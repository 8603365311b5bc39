import { type RunOutcome, resolveSettings } from '@dualseg/trainer'
import type { UsedEngine } from '../engines/open-engine'
import { beyondProtocol } from '../report/beyond-protocol'
import { diceFromUnlabelled, twinsTable } from '../report/dice-from-unlabelled'
import { distanceUnitOf } from '../report/measures'
import { resultsTable, type TableRow, type TableStamp } from '../report/results-table'
import { summarise, summariseClasses } from '../report/summary'
import { labelledVoxels, predictingNetworks, type SeeingRow, whatRowsSee } from '../report/what-rows-see'
import { type Arm, armTitle, methodOf } from './arm'
import type { RunEstimate } from './estimate'
import type { GridRequest } from './plan-grid'

/** What a grid came to. */
export interface GridResult {
  readonly request: GridRequest
  /** `la`, or `la phantom`. */
  readonly dataset: string
  readonly engine: UsedEngine
  readonly runs: readonly RunEstimate[]
  /** By a run's place in the plan. */
  readonly outcomes: ReadonlyMap<number, RunOutcome>
}

/** The table of the finished runs, or the same as one JSON object; nothing where none is finished and a table was asked for. */
export function gridTable(result: GridResult, json: boolean): string | undefined {
  const { request } = result
  const rows = request.arms.flatMap((arm) => rowOf(result, arm))
  const beyond = beyondProtocol(request.protocol)
  const stamp: TableStamp = {
    dataset: result.dataset,
    profile: request.profile.name,
    protocol: request.protocol.name,
    ...(beyond.length > 0 && { beyond }),
    labelled: request.labelled,
    folds: request.folds,
    seeds: request.seeds,
    engine: `${result.engine.identity.name}, ${result.engine.identity.device}`,
    date: new Date().toISOString().slice(0, 10),
    distances: distanceUnitOf(doneRuns(result)[0]?.result ?? {}),
  }
  const twins = diceFromUnlabelled(
    rows.map((row) => ({ method: row.arm.method, summary: row, runs: doneRuns(result, row.arm) })),
    stamp.protocol,
  )
  const seen = rows.map(({ method: name, arm }) => ({
    name,
    method: arm.method,
    settings: resolveSettings(methodOf(arm), request.profile, request.protocol),
  }))
  const folders = doneRuns(result).map(({ folder }) => folder)
  if (json) return JSON.stringify({ ...stamp, methods: rows.map(jsonRow(seen)), fromUnlabelled: twins, runs: folders }, null, 2)
  if (rows.length === 0) return undefined
  return [
    resultsTable(rows, stamp),
    ...whatRowsSee(seen),
    ...twinsTable(twins),
    ...incompleteRows(result, rows),
    ...request.arms.flatMap((arm) => methodOf(arm).differs.map((text) => `${arm.method}: ${text}`)),
    'Runs:',
    ...folders.map((folder) => `  ${folder}`),
  ].join('\n')
}

type Row = TableRow & { readonly arm: Arm }

/** As programs read a row: what it is, and what it sees. */
function jsonRow(seen: readonly SeeingRow[]) {
  return ({ arm, ...summary }: Row, i: number) => ({
    ...summary,
    without: arm.without,
    networks: predictingNetworks(arm.method),
    labelledVoxels: labelledVoxels(seen[i]!.settings),
  })
}

function rowOf(result: GridResult, arm: Arm): Row[] {
  const done = doneRuns(result, arm)
  if (done.length === 0) return []
  const names = done[0]!.result.classes?.map(({ name }) => name)
  return [{ ...summarise(armTitle(arm), done), arm, ...(names && { classes: summariseClasses(names, done) }) }]
}

function doneRuns({ request, runs, outcomes }: GridResult, arm?: Arm): Extract<RunOutcome, { status: 'done' }>[] {
  return runs.flatMap((run, index) => {
    const outcome = outcomes.get(index)
    const isAsked = run.labelled === request.labelled && (arm === undefined || armTitle(run.arm) === armTitle(arm))
    return isAsked && outcome?.status === 'done' ? [outcome] : []
  })
}

/** A mean over fewer runs than its neighbours' must not look like theirs. */
function incompleteRows({ request: { folds, seeds } }: GridResult, rows: readonly Row[]): string[] {
  const all = folds.length * seeds.length
  return rows.filter(({ runs }) => runs < all).map(({ method, runs }) => `Incomplete: ${method} has ${runs} of its ${all} runs.`)
}
