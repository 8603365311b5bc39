import { resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import Table from 'cli-table3'
import { choose } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import type { Verb } from '../command-line/verb'
import { findRuns } from '../report/find-runs'
import { locateLists } from '../report/locate-lists'
import { figure, MEASURES, type Measure } from '../report/measures'
import { armsNamed, knownArms } from '../report/named-arms'
import { type PowerPlan, planPower, WANTED_POWER } from '../report/power-plan'
import { sayFaults } from '../report/read-each'
import { makeReport } from '../report/report'

/** `bench power`: what a comparison that is planned can find, from the spread of finished runs. */
export const power: Verb = {
  definition: {
    meta: { name: 'power', description: 'How many labelled sets and cases a planned comparison needs, from finished runs' },
    args: {
      a: { type: 'positional', description: 'A method, as the tables have it', required: true },
      b: { type: 'positional', description: 'Another one: their runs show how far differences vary', required: true },
      difference: {
        type: 'string',
        description: 'True differences to find, in the measure',
        default: '0.01,0.02,0.03',
        valueHint: 'numbers',
      },
      measure: { type: 'string', description: MEASURES.map(({ name }) => name).join(', '), default: 'dice' },
      runs: { type: 'string', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: [
    'pnpm bench power dualnet mt',
    'pnpm bench power mt supervised --difference 0.005,0.01 --runs runs/hippocampus',
    'pnpm -s bench power dualnet mt --json',
  ],
  async run(args) {
    const name = choose(
      '--measure',
      String(args.measure),
      MEASURES.map((one) => one.name),
    )
    const measure = MEASURES.find((one) => one.name === name)!
    const differences = readDifferences(String(args.difference))
    const runs = findRuns(resolve(String(args.runs)))
    const { comparisons } = await makeReport(runs, locateLists)
    sayFaults(runs.faults)
    const known = knownArms(comparisons)
    const [a, b] = [args.a, args.b].map((one) => choose('bench power', String(one), known)) as [string, string]
    if (a === b) throw dualsegError('DUALSEG_USAGE', `bench power ${a} ${b}: give two different ones of ${known.join(', ')}.`)
    const plans = armsNamed(comparisons, a, b).map(({ reported, pair }) => ({
      stamp: reported.stamp,
      ...planPower(pair, measure, differences),
    }))
    console.log(
      args.json
        ? JSON.stringify({ a, b, measure: name, plans, faults: runs.faults }, null, 2)
        : plans.map((plan) => text(a, b, plan, measure)).join('\n\n'),
    )
    return runs.faults.length > 0 ? EXIT.data : EXIT.done
  },
}

function readDifferences(given: string): number[] {
  return given.split(',').map((part) => {
    const value = Number(part.trim())
    if (part.trim() === '' || !Number.isFinite(value) || value <= 0) {
      throw dualsegError('DUALSEG_USAGE', `--difference ${given}: "${part.trim()}" is no number above 0; give e.g. 0.01,0.02`)
    }
    return value
  })
}

function text(a: string, b: string, plan: PowerPlan & { stamp: string }, { title, digits }: Measure): string {
  const { stamp, variation, setsSpread, labelledSets, casesPerSet, most, rows } = plan
  const table = new Table({
    head: ['true difference', ...rows[0]!.power.map(({ sets }) => `${sets} sets`), `sets for ${100 * WANTED_POWER} %`],
    style: { head: [], border: [] },
    colAligns: ['right', ...rows[0]!.power.map(() => 'right' as const), 'right'],
  })
  for (const { difference, power, needed } of rows) {
    table.push([
      String(difference),
      ...power.map(({ share }) => `${(100 * share).toFixed(0)} %`),
      needed === null ? `more than ${power.at(-1)!.sets}` : String(needed),
    ])
  }
  return [
    stamp,
    `${a} and ${b}, ${title}: between ${labelledSets} labelled sets their difference varies by ${figure(variation.sets, digits + 1)} (SD; 95 % interval ${figure(setsSpread.low, digits + 1)} to ${figure(setsSpread.high, digits + 1)}), between cases by ${figure(variation.cases, digits + 1)}; tested : trained ${variation.testedPerTrained.toFixed(2)}.`,
    'How often a comparison would tell the two apart:',
    table.toString(),
    `A labelled set is one fold and seed with --labelled-cases drawn and one run of each method; ${casesPerSet} cases are tested in each, ${most} different ones in all. The interval over the sets must be without 0, and Wilcoxon’s test over the cases, uncorrected: with more methods in one table, Holm’s correction asks for more. With few sets the SD itself is uncertain, and all of this with it.`,
  ].join('\n')
}
