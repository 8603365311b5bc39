import { differingPaths } from './differing-paths'
import type { ReportedRun } from './run-files'
import { runName } from './run-name'
import { differingVolumes, sameRule } from './same-data'

/** Cases of which a sentence names more than this many are counted. */
const NAMED = 3

/** Why runs of the same settings stand in a table of their own: a sentence for each other table. */
export function whyApart(group: readonly ReportedRun[], others: readonly (readonly ReportedRun[])[]): string[] {
  return others.map((other) => {
    const [ours, theirs] = [group.filter((run) => !other.includes(run)), other.filter((run) => !group.includes(run))]
    const more = theirs.length > 1 ? ` and ${theirs.length - 1} more` : ''
    return `Kept apart from ${runName(theirs[0]!.config)}${more} of the same settings: ${reason(ours, theirs)}.`
  })
}

function reason(ours: readonly ReportedRun[], theirs: readonly ReportedRun[]): string {
  const all = [...ours, ...theirs]
  const unknown = all.find(({ split }) => split === undefined)
  if (unknown !== undefined) return `which cases ${runName(unknown.config)} had is not known${WRITE_DOWN}`
  const pairs = ours.flatMap((a) => theirs.map((b) => ({ a, b })))
  const ruled = pairs.find(({ a, b }) => !sameRule(a, b))
  if (ruled !== undefined) return `files became volumes by another rule (${ruleText(ruled.a, ruled.b)})`
  const changed = [...new Set(pairs.flatMap(({ a, b }) => differingVolumes(a, b)))].sort()
  if (changed.length > 0) return `${listed(changed)} ${changed.length === 1 ? 'is another volume' : 'are other volumes'} there`
  if (pairs.some(({ a, b }) => !a.split!.drawings.some((one) => b.split!.drawings.includes(one)))) {
    return 'their folds are another drawing (by another seed or number of folds, or with lists edited in between)'
  }
  const unproven = all.find(({ split }) => split!.volumes === undefined)!
  return `whether ${runName(unproven.config)} had the same volumes is not known${WRITE_DOWN}`
}

/** The remedy for runs of versions that kept neither lists nor sums. */
const WRITE_DOWN = '; repeat the command that made it: it trains nothing and writes them down'

function ruleText({ split: a }: ReportedRun, { split: b }: ReportedRun): string {
  return differingPaths(a!.rule, b!.rule)
    .map((path) => `${path} ${valueAt(a!.rule, path)} here, ${valueAt(b!.rule, path)} there`)
    .join('; ')
}

function valueAt(rule: unknown, path: string): string {
  const value = path.split('.').reduce((at, key) => (at as Record<string, unknown> | null)?.[key], rule)
  return value === undefined ? 'none' : JSON.stringify(value)
}

function listed(ids: readonly string[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more cases` : ''
  return `${ids.slice(0, NAMED).join(', ')}${more}`
}
