import { random } from '@dualseg/kernels/random'
import { mean, quantileSorted } from 'simple-statistics'
import { bootstrapInterval, type Interval } from '../statistics/bootstrap-interval'
import { caseValues, tabledValues } from '../statistics/case-values'
import type { CaseValues } from '../statistics/paired-comparison'
import type { Arm } from './arm'
import type { Comparison, Conditions } from './comparison'
import { groupBy } from './group-by'
import { type DistanceUnit, distanceUnitOf, figure, MEASURES, type Measure, type MeasureName } from './measures'
import { groupsOfSameData } from './same-data'
import { isTwin, placeOf, twinRow } from './supervised-twins'

const RESAMPLES = 2000
const LEVEL = 0.95

/** One method with one number of labelled cases. */
export interface CoursePoint {
  /** For the upper bound those of the training lists, averaged over the folds. */
  readonly labelled: number
  readonly isAll: boolean
  readonly runs: number
  readonly arm: Arm
  /** Over the cases, as in the tables. */
  readonly mean: Readonly<Record<MeasureName, number>>
  /** Of that mean over the cases, given the trained networks; distances without empty predictions. */
  readonly interval: Readonly<Record<MeasureName, Interval | null>>
}

/** A method over the number of labelled cases, fewest first. */
export interface LabelCourse {
  readonly name: string
  readonly method: string
  readonly points: readonly CoursePoint[]
}

/** How many labelled cases another row needs for the Dice that a method has with `labelled`. */
export interface SavedOutlines {
  readonly name: string
  readonly labelled: number
  /** Whose course is read: the method's supervised twin's, else that of `supervised`. */
  readonly reference: string
  /** Between the reference's numbers a straight line over log(labelled); null: more than its largest number. */
  readonly needs: number | null
  /** By resampling the cases that all have; ends as `needs`. */
  readonly interval: { readonly low: number | null; readonly high: number | null; readonly level: number }
  /** The reference's numbers; `needs` says nothing beyond them. */
  readonly from: number
  readonly to: number
}

/** All methods of equal conditions over the numbers of labelled cases that they were trained with. */
export interface LabelCourses {
  /** As a table's, without the number. */
  readonly stamp: string
  readonly unit: DistanceUnit
  /** Those that every number has: others take no part. */
  readonly folds: readonly number[]
  readonly courses: readonly LabelCourse[]
  readonly saved: readonly SavedOutlines[]
}

/** What the tables say together where they differ in the number of labelled cases alone, and are of the same data and drawing of folds. */
export function labelCoursesOf(comparisons: readonly Comparison[]): LabelCourses[] {
  const bases = comparisons.filter(({ conditions }) => conditions.labelled !== 'all')
  const groups = groupBy(bases, (one) => keyOf(one, one.conditions.settings.labelledCases))
  return [...groups.values()].flatMap((numbered) => {
    const [{ conditions }] = numbered as [Comparison]
    const bounds = comparisons.filter(
      (one) =>
        one.conditions.labelled === 'all' &&
        keyOf(one, conditions.settings.labelledCases) === keyOf(numbered[0]!, conditions.settings.labelledCases),
    )
    const all = [...numbered, ...bounds]
    return groupsOfSameData(all.flatMap(runsOf)).flatMap((runs) => {
      const ofGroup = all.filter((one) => runsOf(one).every((run) => runs.includes(run)))
      return new Set(ofGroup.map((one) => one.conditions.labelled)).size > 1 ? [coursesOf(ofGroup)] : []
    })
  })
}

function runsOf({ arms }: Comparison) {
  return arms.flatMap(({ runs }) => runs)
}

/** Conditions besides the number; how the labelled cases are chosen is no question where all are. */
function keyOf({ conditions, scored }: Comparison, labelledCases: Conditions['settings']['labelledCases']): string {
  const { labelled: _, settings, ...others } = conditions
  return JSON.stringify([others, { ...settings, labelledCases: labelledCases ?? null }, scored ?? null])
}

function coursesOf(comparisons: readonly Comparison[]): LabelCourses {
  const [{ conditions, scored }] = comparisons as [Comparison]
  const folds = comparisons.map((one) => one.folds).reduce((a, b) => a.filter((fold) => b.includes(fold)))
  const points = comparisons.flatMap(({ arms, conditions: { labelled } }) =>
    arms.flatMap((arm) => {
      const runs = arm.runs.filter(({ config }) => folds.includes(config.fold))
      return runs.length === 0 ? [] : [pointOf({ ...arm, runs }, labelled === 'all')]
    }),
  )
  const courses = [...groupBy(points, ({ arm }) => arm.name)]
    .map(
      ([name, ofArm]): LabelCourse => ({
        name,
        method: ofArm[0]!.arm.method,
        points: ofArm.toSorted((a, b) => a.labelled - b.labelled),
      }),
    )
    .toSorted((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1))
  const { dataset, profile, protocol, engine } = conditions
  return {
    stamp: [
      dataset,
      `profile ${profile}`,
      `protocol ${protocol}`,
      `fold ${folds.join(',')}`,
      engine.name,
      ...(scored ? [scored.title] : []),
    ].join(' · '),
    unit: distanceUnitOf(conditions.settings),
    folds,
    courses,
    saved: courses.flatMap((course) => savedBy(course, courses, protocol)),
  }
}

function pointOf(arm: Arm, isAll: boolean): CoursePoint {
  const byMeasure = <T>(of: (measure: Measure) => T) =>
    Object.fromEntries(MEASURES.map((measure) => [measure.name, of(measure)])) as Record<MeasureName, T>
  return {
    labelled: mean(arm.runs.map(({ config }) => config.labelledCases)),
    isAll,
    runs: arm.runs.length,
    arm,
    mean: byMeasure(({ name }) => mean([...tabledValues(arm.runs, name).values()])),
    interval: byMeasure(({ name }) => bootstrapInterval(sortedByCase(caseValues(arm.runs, name)))),
  }
}

/** Sorted, so that the order of a folder's files decides nothing. */
function sortedByCase(values: CaseValues): number[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

function savedBy(course: LabelCourse, courses: readonly LabelCourse[], protocol: string): SavedOutlines[] {
  if (isTwin(course) || course.method === 'supervised') return []
  const reference = twinRow(course, courses, protocol) ?? courses.find(({ name }) => name === 'supervised')
  if (reference === undefined || reference.points.length < 2) return []
  return course.points.filter(({ isAll }) => !isAll).flatMap((point) => savedAt(course.name, point, reference) ?? [])
}

function savedAt(name: string, point: CoursePoint, reference: LabelCourse): SavedOutlines | undefined {
  const own = caseValues(point.arm.runs, 'dice')
  const others = reference.points.map(({ arm }) => caseValues(arm.runs, 'dice'))
  const shared = [...own.keys()].filter((id) => others.every((values) => values.has(id))).sort()
  if (shared.length === 0) return undefined
  const counts = reference.points.map(({ labelled }) => labelled)
  const needsOf = (ids: readonly string[]) => {
    const means = others.map((values) => mean(ids.map((id) => values.get(id)!)))
    return countFor(mean(ids.map((id) => own.get(id)!)), counts, means)
  }
  const stream = random(1, 'saved outlines', 0, 0)
  const resampled = Array.from({ length: RESAMPLES }, () =>
    needsOf(shared.map(() => shared[stream.integer(0, shared.length)]!)),
  ).sort((a, b) => a - b)
  const end = (probability: number) => finite(quantileOf(resampled, probability))
  return {
    name,
    labelled: point.labelled,
    reference: reference.name,
    needs: finite(needsOf(shared)),
    interval: { low: end((1 - LEVEL) / 2), high: end((1 + LEVEL) / 2), level: LEVEL },
    from: counts[0]!,
    to: counts.at(-1)!,
  }
}

/** Between two values that are not both finite there is nothing to interpolate. */
function quantileOf(sorted: readonly number[], probability: number): number {
  const at = sorted[Math.ceil(probability * (sorted.length - 1))]!
  return Number.isFinite(at) ? quantileSorted([...sorted], probability) : at
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The fewest labelled cases with which a course reaches a score; its first number where it begins above, Infinity where it never does. */
export function countFor(score: number, counts: readonly number[], means: readonly number[]): number {
  if (score <= means[0]!) return counts[0]!
  for (let i = 1; i < counts.length; i++) {
    const [low, high] = [means[i - 1]!, means[i]!]
    if (high < score) continue
    const share = (score - low) / (high - low)
    return Math.exp(Math.log(counts[i - 1]!) + share * (Math.log(counts[i]!) - Math.log(counts[i - 1]!)))
  }
  return Number.POSITIVE_INFINITY
}

/** `mt with 8 labelled has the Dice of mt-twin with about 11 (95 % interval over cases 9 to more than 208)`. */
export function savedText({ name, labelled, reference, needs, interval, from, to }: SavedOutlines): string {
  const number = (value: number | null) =>
    value === null ? `more than ${figure(to, 0)}` : value <= from ? `${figure(from, 0)} or fewer` : figure(value, 1)
  const saved = needs === null ? `at least ${figure(to - labelled, 0)}` : needs <= from ? 'no' : figure(needs - labelled, 1)
  return `${name} with ${figure(labelled, 0)} labelled has the Dice of ${reference} with ${number(needs)} (95 % interval over cases: ${number(interval.low)} to ${number(interval.high)}): ${saved} outlines saved.`
}

/** What the figures of the courses show and do not. */
export const ABOUT_COURSES =
  'Every point is the mean over the test cases of the folds named; bars are 95 % intervals over these cases given the trained networks, and say nothing of other labelled cases. Numbers between two trained ones are read off a straight line over the logarithm of the labelled cases.'

/** The heads of the table that goes with {@link courseCells}. */
export function courseHeads({ courses }: LabelCourses): string[] {
  const columns = columnsOf(courses)
  return [
    'method',
    ...columns.map(({ labelled, isAll }) => (isAll ? `all (${figure(labelled, 0)})` : `${figure(labelled, 0)} labelled`)),
  ]
}

/** One row a method: its figure with every number of labelled cases. */
export function courseCells({ courses }: LabelCourses, { name, digits }: Measure): string[][] {
  const columns = columnsOf(courses)
  return courses.map((course) => [
    course.name,
    ...columns.map(({ labelled, isAll }) => {
      const point = course.points.find((one) => one.isAll === isAll && one.labelled === labelled)
      if (point === undefined) return '–'
      const interval = point.interval[name]
      const range = interval === null ? '' : ` (${figure(interval.low, digits)} to ${figure(interval.high, digits)})`
      return `${figure(point.mean[name], digits)}${range}`
    }),
  ])
}

function columnsOf(courses: readonly LabelCourse[]): Pick<CoursePoint, 'labelled' | 'isAll'>[] {
  const points = courses.flatMap((course) => course.points)
  const distinct = new Map(points.map(({ labelled, isAll }) => [`${labelled} ${isAll}`, { labelled, isAll }]))
  return [...distinct.values()].sort((a, b) => a.labelled - b.labelled || Number(a.isAll) - Number(b.isAll))
}
