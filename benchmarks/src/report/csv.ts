import { stringify } from 'csv-stringify/sync'
import type { Arm } from './arm'
import { beyondProtocol } from './beyond-protocol'
import { MEASURES, type MeasureName } from './measures'
import type { Report, ReportedComparison } from './report'
import { labelledVoxels, predictingNetworks } from './what-rows-see'

/** A row a method and measure, all digits. */
export function summaryCsv({ comparisons }: Report): string {
  return rows(
    comparisons.flatMap((reported) =>
      reported.rows.flatMap((row) =>
        MEASURES.map(({ name }) => {
          const { interval, meanWithoutEmpty, ...values } = row.measures[name]
          return {
            ...conditions(reported),
            ...nameOf(row.arm),
            measure: name,
            runs: row.runs,
            cases: row.cases,
            emptyPredictions: row.emptyPredictions,
            ...values,
            low95: interval?.low,
            high95: interval?.high,
            meanWithoutEmpty,
            ...seenBy(row.arm),
            ...fromUnlabelledOf(reported, row.arm, name),
          }
        }),
      ),
    ),
  )
}

function seenBy({ method, runs }: Arm): Record<string, number | undefined> {
  return { networks: predictingNetworks(method), labelledVoxels: labelledVoxels(runs[0]!.config.settings) }
}

function fromUnlabelledOf({ unlabelled }: ReportedComparison, arm: Arm, measure: MeasureName): Record<string, unknown> {
  const found = unlabelled.find((one) => one.arm === arm)
  if (found === undefined) return {}
  const { twin, verdict } = found.measures[measure]
  const { cases, runs } = verdict
  return {
    twin: found.twin.name,
    twinMean: twin,
    fromUnlabelled: cases?.difference,
    fromUnlabelledLow95: cases?.interval?.low,
    fromUnlabelledHigh95: cases?.interval?.high,
    fromUnlabelledRunLow95: runs.interval?.low,
    fromUnlabelledRunHigh95: runs.interval?.high,
  }
}

/** A row a case and run. */
export function casesCsv({ comparisons }: Report): string {
  return rows(
    comparisons.flatMap((reported) =>
      reported.comparison.arms.flatMap((arm) =>
        arm.runs.flatMap((run) =>
          // Every class has rows of its own.
          run.cases.map(({ id, classes: _, ...scores }) => ({
            ...conditions(reported),
            ...nameOf(arm),
            fold: run.config.fold,
            seed: run.config.seed,
            run: run.sha256,
            case: id,
            ...scores,
          })),
        ),
      ),
    ),
  )
}

/** A row a pair of methods and measure. */
export function pairsCsv({ comparisons }: Report): string {
  return rows(
    comparisons.flatMap((reported) =>
      MEASURES.flatMap(({ name }) =>
        reported.verdicts[name].map(({ a, b, cases, runs, separable, better }) => ({
          ...conditions(reported),
          measure: name,
          a: a.name,
          b: b.name,
          cases: cases?.cases,
          difference: cases?.difference,
          low95: cases?.interval?.low,
          high95: cases?.interval?.high,
          wilcoxonP: cases?.wilcoxon.pValue,
          holmP: cases?.adjustedP,
          runs: runs.runs,
          labelledSets: runs.labelledSets,
          runDifference: runs.runs === 0 ? undefined : runs.difference,
          runSd: runs.sd,
          runLow95: runs.interval?.low,
          runHigh95: runs.interval?.high,
          testedPerTrained: runs.testedPerTrained,
          separable,
          better: better?.name,
        })),
      ),
    ),
  )
}

function conditions({ comparison: { conditions, part, scored }, unit }: ReportedComparison): Record<string, string | number> {
  const { dataset, profile, protocol, labelled, settings } = conditions
  const beyond = beyondProtocol(settings).join(', ')
  return {
    dataset,
    profile,
    protocol,
    ...(beyond !== '' && { beyond }),
    labelled,
    distances: unit,
    ...(scored && { scored: scored.title }),
    ...(part && { part: part.number }),
  }
}

function nameOf({ method, without, number }: Arm): Record<string, string | number> {
  return { method, without: without.join(' '), ...(number !== undefined && { row: number }) }
}

function rows(values: readonly Record<string, unknown>[]): string {
  // Columns of the union, since a measure may lack what another has.
  const columns = [...new Set(values.flatMap((value) => Object.keys(value)))]
  return stringify([...values], { header: true, columns, cast: { boolean: String } })
}
