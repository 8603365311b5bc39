import type { UsableCase } from './check-cases'

/** More are given as a range. */
const LISTED_SPACINGS = 5
/** Headers round. */
const SAME_SPACING = 0.01

/** How many cases are stored in which order of axes; `unknown` where files do not say. */
export function axesCounts(cases: readonly UsableCase[]): Map<string, number> {
  return counts(cases.map(({ axes = 'unknown' }) => axes))
}

/** How many cases have which spacing. */
export function spacingCounts(cases: readonly UsableCase[]): Map<string, number> {
  return counts(cases.map(spacingOf))
}

/** A case's spacing as text, `none` where its files have none. */
export function spacingOf({ spacing, spacingUnit }: UsableCase): string {
  return spacingUnit === 'voxel' ? 'none' : `${spacing.map(written).join(' × ')} mm`
}

/** All orders of axes and spacings, for those who look at a data set. */
export function gridLines(cases: readonly UsableCase[]): string[] {
  if (cases.length === 0) return []
  const axes = axesCounts(cases)
  const turned = [...axes.keys()].some((one) => one !== 'LPS' && one !== 'unknown') ? '; turned to LPS on reading' : ''
  const open = axes.has('unknown') ? '; unknown: taken as stored' : ''
  return [`Orders of axes: ${listed(axes)}${turned}${open}.`, `Spacings: ${spacings(cases)}.`]
}

/** What differs between cases although networks will see it as alike: sentences for those who train. */
export function gridWarnings(cases: readonly UsableCase[]): string[] {
  const axes = axesCounts(cases)
  const unlike = axes.has('unknown') && axes.size > 1
  return [
    ...(unlike
      ? [
          `${axes.get('unknown')} of ${cases.length} scans do not say how they lie and are taken as stored; the others are turned to LPS.`,
        ]
      : []),
    ...(hasOneSpacing(cases)
      ? []
      : [
          `Scans have different spacings and are not resampled, so the networks see one organ in several sizes: ${spacings(cases)}.`,
        ]),
  ]
}

function hasOneSpacing(cases: readonly UsableCase[]): boolean {
  const [first] = cases
  return cases.every(
    ({ spacing, spacingUnit }) =>
      spacingUnit === first!.spacingUnit &&
      spacing.every((step, axis) => Math.abs(step / first!.spacing[axis]! - 1) <= SAME_SPACING),
  )
}

function spacings(cases: readonly UsableCase[]): string {
  const all = spacingCounts(cases)
  if (all.size <= LISTED_SPACINGS) return listed(all)
  const inMm = cases.filter(({ spacingUnit }) => spacingUnit === 'mm')
  const ranges = [0, 1, 2].map((axis) => {
    const steps = inMm.map(({ spacing }) => spacing[axis]!)
    return `${written(Math.min(...steps))} to ${written(Math.max(...steps))}`
  })
  const none = cases.length - inMm.length
  return `${ranges.join(' × ')} mm${none > 0 ? `, none ${none}` : ''}`
}

function counts(values: readonly string[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const value of [...values].sort()) found.set(value, (found.get(value) ?? 0) + 1)
  return found
}

/** `RAS (7), LPI (7)`, the commonest first. */
function listed(counted: ReadonlyMap<string, number>): string {
  return [...counted]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => `${value} (${count})`)
    .join(', ')
}

function written(step: number): string {
  return String(Number(step.toFixed(3)))
}
