import { averageShare, learningRate, methodNamed, pasteBox, turnOf } from '@dualseg/trainer'
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
const POLY_METHODS = { before: ['ent-min', 'ict', 'dan', 'urpc', 'ad-mt'], after: ['cps', 'r-drop'] } as const

/** The methods whose rate falls every 2,500 steps; BCP's from its second stage on. */
const STEPPED_METHODS = ['ss-net', 'bcp'] as const

interface BoxRow {
  dim: number
  size: number
  largestStart: number
}

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

  bcpBox: (group, content) =>
    runCases(
      group,
      (content as { rows: BoxRow[] }).rows,
      ({ dim }) => String(dim),
      ({ dim, size, largestStart }, compare) => {
        const [got] = pasteBox([dim, dim, dim])
        compare.number('size', got, size, 0)
        // A start below dim - size is drawn.
        compare.number('largest start', dim - got - 1, largestStart, 0)
      },
    ),

  admtEma: (group, content) =>
    runCases(
      group,
      (content as { rows: { it: number; alpha: unknown }[] }).rows,
      ({ it }) => `iteration ${it}`,
      ({ it, alpha }, compare) => {
        const share = averageShare(methodNamed('ad-mt').networks.teacher1!.ema!, it)
        compare.number('coefficient', share, kitNumber(alpha), doubleTolerance(kitNumber(alpha)))
      },
    ),

  admtAlternation(group, content) {
    const { draws, states } = content as { draws: number[]; states: number[] }
    return runCases(
      group,
      [states],
      () => 'turns',
      (wanted, compare) => {
        const turns = wanted.map((_, it) => {
          const given = [...draws]
          return Number(turnOf(it, () => given.shift()!) === 'first')
        })
        compare.array('turn of the first', turns, wanted, 0)
      },
    )
  },

  steppedRate(group, content) {
    const { rows } = content as { rows: RateRow[] }
    return runCases(
      group,
      STEPPED_METHODS,
      (method) => method,
      (method, compare) => {
        const schedule = methodNamed(method).authors.learningRate
        const from = (schedule.kind === 'step' && schedule.from) || 0
        for (const { step, rate } of rows) {
          const got = learningRate(schedule, from + step, 0)
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
