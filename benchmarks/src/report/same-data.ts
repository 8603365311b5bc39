import { isDeepStrictEqual } from 'node:util'
import type { ReportedRun } from './run-files'

/**
 * Runs sorted into groups of one drawing of folds and of the same volumes, taken by the same rule: what a row may add up and a table compare.
 * What is not known is not taken for the same. A run whose lists stand in two drawings may be in two groups.
 */
export function groupsOfSameData(runs: readonly ReportedRun[]): ReportedRun[][] {
  const drawings = [...new Set(runs.flatMap(drawingKeys))]
  const groups = drawings.flatMap((key) => groupsOfSameVolumes(runs.filter((run) => drawingKeys(run).includes(key))))
  return groups.filter((group, i) => !groups.some((other, j) => i !== j && isWithin(group, other, i > j)))
}

/** @param orEqual whether all of the other one is within as well */
function isWithin(group: readonly ReportedRun[], other: readonly ReportedRun[], orEqual: boolean): boolean {
  return group.every((run) => other.includes(run)) && (orEqual || other.length > group.length)
}

/** Without a drawing, folds say nothing of each other: only runs of the same lists belong together. */
function drawingKeys({ config, split }: ReportedRun): readonly string[] {
  if (split === undefined) return [JSON.stringify([config.fold, config.data])]
  const { drawings, fold, labelled, test } = split
  return drawings.length > 0 ? drawings : [JSON.stringify([fold, labelled, test])]
}

function groupsOfSameVolumes(runs: readonly ReportedRun[]): ReportedRun[][] {
  // Those that say most first: one that knows few cases may agree with two that do not agree with each other.
  const extent = ({ split }: ReportedRun) => Object.keys(split?.volumes ?? {}).length
  const groups: ReportedRun[][] = []
  for (const run of runs.toSorted((a, b) => extent(b) - extent(a))) {
    const fitting = groups.filter((group) => group.every((other) => haveSameVolumes(run, other)))
    if (fitting.length === 0) groups.push([run])
    for (const group of fitting) group.push(run)
  }
  return groups
}

function haveSameVolumes(a: ReportedRun, b: ReportedRun): boolean {
  if (a.split?.volumes === undefined || b.split?.volumes === undefined) {
    return isDeepStrictEqual(a.config.data, b.config.data)
  }
  return sameRule(a, b) && differingVolumes(a, b).length === 0
}

export function sameRule(a: ReportedRun, b: ReportedRun): boolean {
  const [one, other] = [a.split?.rule, b.split?.rule]
  return one === undefined || other === undefined || isDeepStrictEqual(one, other)
}

/** Cases that both have, as other volumes. */
export function differingVolumes(a: ReportedRun, b: ReportedRun): string[] {
  const [ofA, ofB] = [a.split?.volumes ?? {}, b.split?.volumes ?? {}]
  return Object.keys(ofA).filter((id) => Object.hasOwn(ofB, id) && ofA[id] !== ofB[id])
}
