import { resolve } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { COMMON_PROTOCOL, type Profile } from '@dualseg/trainer'
import Table from 'cli-table3'
import { METHOD_LIST } from '../command-line/choose-methods'
import { EXIT } from '../command-line/exit-codes'
import { workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { locateLa } from '../data/locate-la'
import { chooseEngine, openEngine } from '../engines/open-engine'
import { readArms } from '../grid/grid-arguments'
import { planGrid } from '../grid/plan-grid'
import { PROFILES } from '../grid/profiles'
import { type AuditRow, auditMethod, type MethodAudit } from '../studies/audit'

/** Small enough that every term can be differentiated on its own for either network and half, in a minute or two. */
const AUDIT_PROFILE: Profile = { ...PROFILES.quick, name: 'audit', patch: [48, 48, 32], filters: 4 }
/** Enough for a batch from either stream; the audit is about gradients, not about cases. */
const LABELLED = 4

/** `bench audit`: which term trains which network from which half of the batch, and whether that is what the method's file says. */
export const audit: Verb = {
  definition: {
    meta: { name: 'audit', description: 'Show what every loss term teaches each network, and find the ones that teach nothing' },
    args: {
      method: { type: 'string', description: METHOD_LIST, default: 'all', valueHint: 'names' },
      twins: {
        type: 'boolean',
        description: 'Their supervised twins as well, which unlabelled samples teach nothing',
        default: true,
      },
      engine: { type: 'string', description: 'auto, torch, tensorflow, wasm or cpu', default: 'auto' },
      data: {
        type: 'string',
        description: 'Folder with the Left Atrium volumes; else DUALSEG_DATA, else the phantom',
        valueHint: 'folder',
      },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  lists: ['method'],
  examples: ['pnpm bench audit', 'pnpm bench audit --method dualnet,dualnet-released', 'pnpm -s bench audit --json'],
  async run(args) {
    const arms = readArms({ method: args.method, twins: args.twins, protocol: COMMON_PROTOCOL.name })
    const engineChoice = chooseEngine(String(args.engine))
    const dataset = await locateLa(args.data as string | undefined)
    const engine = await openEngine(engineChoice)
    console.error(engine.line)

    const split = splitFold(dataset.folds, 0, LABELLED)
    const few = { ...split, unlabelled: split.unlabelled.slice(0, LABELLED), test: split.test.slice(0, 1) }
    const store = new CaseStore(dataset.source, { factor: AUDIT_PROFILE.reduce })
    await store.load(few)
    const plans = planGrid(
      {
        arms,
        folds: [0],
        seeds: [1],
        profile: AUDIT_PROFILE,
        protocol: COMMON_PROTOCOL,
        labelled: LABELLED,
        runs: resolve('runs'),
      },
      { ...dataset, folds: { train: [[...few.labelled, ...few.unlabelled]], test: [few.test] } },
      store,
      engine.identity,
    )
    const audits: MethodAudit[] = []
    const errors = await workOff(
      plans.map((plan) => ({
        title: plan.method.name,
        run: async (line) => {
          const done = await auditMethod(plan, line)
          audits.push(done)
          return done.faults.length === 0 ? 'as its file says' : `${done.faults.length} faults`
        },
      })),
      { stopOnError: false },
    )
    for (const error of errors.values()) throw error
    console.log(
      args.json
        ? JSON.stringify({ dataset: dataset.name, engine: engine.identity, methods: audits }, null, 2)
        : audits.map(text).join('\n\n'),
    )
    return audits.some((one) => one.faults.length > 0) ? EXIT.runFailed : EXIT.done
  },
}

/** One line a term, one column for each network and half; `0` is an exact zero. */
function text({ method, winners, rows, noted, faults }: MethodAudit): string {
  const columns = [...new Set(rows.map(columnOf))]
  const table = new Table({
    head: ['raw term', ...columns, ''],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...columns.map(() => 'right' as const), 'left'],
  })
  for (const term of new Set(rows.map((row) => row.term))) {
    const ofTerm = rows.filter((row) => row.term === term)
    const cells = columns.map((column) => {
      const row = ofTerm.find((one) => columnOf(one) === column)
      if (row === undefined) return ''
      return row.norm === 0 ? '0' : row.norm.toExponential(2)
    })
    table.push([term, ...cells, verdictOf(ofTerm)])
  }
  const seen =
    winners.length > 0
      ? ` · ahead in these steps: ${winners.map((winner) => (winner === 0 ? 'vnet' : 'resnet')).join(' and ')}`
      : ''
  const values = noted.length > 0 ? [`noted in the log, no part of the loss: ${noted.join(', ')}`] : []
  return [`${method}${seen}`, table.toString(), ...values, ...faults.map((fault) => `FAULT ${fault}`)].join('\n')
}

function columnOf({ network, half }: AuditRow): string {
  return `${network}, ${half}`
}

function verdictOf(rows: readonly AuditRow[]): string {
  if (rows.some((row) => row.verdict === 'fault')) return 'FAULT'
  if (rows.every((row) => row.verdict === 'dead as released')) return 'dead, deliberately: as released'
  return 'live'
}
