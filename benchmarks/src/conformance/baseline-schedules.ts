import { learningRate, methodNamed } from '@dualseg/trainer'
import { kitFile, kitNumber } from './kit'
import { type GroupResult, runCases, skippedGroup } from './report'
import { doubleTolerance } from './tolerance'

/** Checks one entry of `schedules`. */
type ScheduleGroup = (group: string, content: unknown) => GroupResult

interface PolyRate {
  base: unknown
  maxIterations: unknown
  before: RateRow[]
  after: RateRow[]
}

interface RateRow {
  step: number
  rate: unknown
}

/** The methods whose scripts set the rate from the counter before its increment, and those that do it after. */
const POLY_METHODS = { before: ['ent-min', 'ict', 'dan', 'urpc'], after: ['cps', 'r-drop'] } as const

const SCHEDULE_GROUPS: Readonly<Record<string, ScheduleGroup>> = {
  polyRate(group, content) {
    const table = content as PolyRate
    const cases = (['before', 'after'] as const).flatMap((when) =>
      POLY_METHODS[when].map((method) => ({ method, rows: table[when] })),
    )
    return runCases(
      group,
      cases,
      ({ method }) => method,
      ({ method, rows }, compare) => {
        const schedule = { ...methodNamed(method).authors.learningRate, rate: kitNumber(table.base) }
        for (const { step, rate } of rows) {
          const got = learningRate(schedule, step, kitNumber(table.maxIterations))
          compare.number(`rate of step ${step}`, got, kitNumber(rate), doubleTolerance(kitNumber(rate)))
        }
      },
    )
  },
}

/** The `schedules` of baselines-losses.json: rates, coefficients and boxes of the newer methods. */
export function runBaselineSchedules(kit: unknown): GroupResult[] {
  const { schedules } = kitFile('baselines-losses.json', kit, 'schedules') as { schedules: Record<string, unknown> }
  return Object.entries(schedules).map(([name, content]) => {
    const group = `baselines-losses schedules ${name}`
    return SCHEDULE_GROUPS[name]?.(group, content) ?? skippedGroup(group, 'unknown schedule')
  })
}
