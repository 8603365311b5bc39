import { resolve } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { choose } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import type { Verb } from '../command-line/verb'
import { findRuns } from '../report/find-runs'
import { locateLists } from '../report/locate-lists'
import { MEASURES } from '../report/measures'
import { knownArms, notComparable } from '../report/named-arms'
import { sayFaults } from '../report/read-each'
import { makeReport, type ReportedComparison } from '../report/report'
import { twinRow } from '../report/supervised-twins'
import { fromSideOf, type Verdict, verdictsOf, verdictText } from '../report/verdict'

/** `bench compare`: two methods on the cases and runs that both have. */
export const compare: Verb = {
  definition: {
    meta: { name: 'compare', description: 'Tell two methods apart: paired tests and intervals over cases and over runs' },
    args: {
      a: { type: 'positional', description: 'A method, or as the tables have it: "dualnet without uncertainty"', required: true },
      b: { type: 'positional', description: 'Another one', required: false },
      twin: { type: 'boolean', description: 'With its supervised twin: what the unlabelled scans added', default: false },
      runs: { type: 'string', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      json: { type: 'boolean', description: 'Print one JSON object', default: false },
    },
  },
  examples: [
    'pnpm bench compare dualnet mt',
    'pnpm bench compare dualnet "dualnet without uncertainty" --runs runs/la/full',
    'pnpm bench compare mt --twin',
    'pnpm -s bench compare dualnet luseg --json',
  ],
  async run(args) {
    const runs = findRuns(resolve(String(args.runs)))
    const { comparisons } = await makeReport(runs, locateLists)
    sayFaults(runs.faults)
    const known = knownArms(comparisons)
    const a = choose('bench compare', String(args.a), known)
    if ((args.b === undefined) !== (args.twin === true)) {
      throw dualsegError('DUALSEG_USAGE', `bench compare ${a}: give another one to compare it with, or --twin; one of the two.`)
    }
    const b = args.b === undefined ? undefined : choose('bench compare', String(args.b), known)
    if (a === b) throw dualsegError('DUALSEG_USAGE', `bench compare ${a} ${b}: give two different ones of ${known.join(', ')}.`)
    const found = comparisons.flatMap((one) => {
      const verdicts = pairOf(one, a, b)
      return verdicts === undefined ? [] : [{ one, verdicts }]
    })
    if (found.length === 0) throw b === undefined ? noTwin(a) : notComparable(comparisons, a, b)
    if (args.json) {
      const comparisonsJson = found.map(({ one, verdicts }) => ({
        stamp: one.stamp,
        measures: Object.fromEntries(
          verdicts.map(({ measure, a: first, b: second, better, ...rest }) => [
            measure,
            { a: first.name, b: second.name, ...rest, better: better?.name ?? null },
          ]),
        ),
        reading: one.reading,
        cautions: one.cautions,
      }))
      console.log(JSON.stringify({ comparisons: comparisonsJson, faults: runs.faults }, null, 2))
    } else console.log(found.map(({ one, verdicts }) => text(one, verdicts)).join('\n\n'))
    return runs.faults.length > 0 ? EXIT.data : EXIT.done
  },
}

function noTwin(a: string): Error {
  return dualsegError(
    'DUALSEG_DATA',
    `${a} has no supervised twin among these runs, of the same settings, data, rule and drawing of folds; the command that made them makes it with --twins`,
  )
}

/**
 * The verdicts of two arms, measure by measure, from the table's own family: the same as in the report. A pair that is none of it, as two twins, is one more.
 *
 * @param b the first one's supervised twin, if it is not given
 */
function pairOf({ comparison, verdicts }: ReportedComparison, a: string, b: string | undefined): Verdict[] | undefined {
  const { arms, conditions } = comparison
  const first = arms.find(({ name }) => name === a)
  const second = b === undefined ? first && twinRow(first, arms, conditions.protocol) : arms.find(({ name }) => name === b)
  if (first === undefined || second === undefined) return undefined
  const isPair = (one: Verdict) => [one.a, one.b].includes(first) && [one.a, one.b].includes(second)
  return MEASURES.map((measure) => {
    const found = verdicts[measure.name].find(isPair) ?? verdictsOf(comparison, measure, [first, second]).find(isPair)!
    return b === undefined ? fromSideOf(first, found) : found
  })
}

function text(one: ReportedComparison, verdicts: readonly Verdict[]): string {
  const { stamp, comparison, reading, cautions, measures } = one
  const lines = verdicts.map((verdict) => {
    const measure = measures.find(({ name }) => name === verdict.measure)!
    return `${measure.title}: ${verdictText(verdict, measure)}`
  })
  const { a, b } = verdicts[0]!
  const family = one.verdicts.dice
  const isOneMore = !family.some((pair) => [pair.a, pair.b].includes(a) && [pair.a, pair.b].includes(b))
  const pairs = `${family.length + (isOneMore ? 1 : 0)} pairs of these runs`
  const over = comparison.scored?.label === undefined || isOneMore ? pairs : `${pairs} in every class`
  return [stamp, ...lines, '', `Holm's correction is over the ${over}.`, ...cautions, ...reading].join('\n')
}
