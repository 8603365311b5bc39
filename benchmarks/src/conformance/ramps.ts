import { consistencyWeight, emaDecay, sigmoidRamp, uncertaintyThreshold } from '@dualseg/losses'
import { kitFile, kitNumber, kitNumbers } from './kit'
import { type GroupResult, runCases, skippedGroup } from './report'
import { doubleTolerance } from './tolerance'

/** Checks one top-level entry of `ramps.json`. */
export type RampGroup = (group: string, content: unknown) => GroupResult

/** The groups that `@dualseg/losses` answers for; rates belong to the trainer and are added by whoever has them. */
export const RAMP_GROUPS: Readonly<Record<string, RampGroup>> = {
  sigmoidRamp: (group, content) =>
    runTable(group, content, (row) => [sigmoidRamp(kitNumber(row.epoch), kitNumber(row.length)), kitNumber(row.value)]),
  uamtThreshold: (group, content) =>
    runTable(group, content, (row) => [uncertaintyThreshold(kitNumber(row.it), kitNumber(row.maxIterations)), kitNumber(row.H)]),
  ema: (group, content) =>
    runTable(group, content, (row) => [emaDecay(kitNumber(row.it), kitNumber(row.decay)), kitNumber(row.alpha)]),
  consistencyWeight: runConsistencyWeights,
}

/** What `runSchedules` answers for, with the trainer's rates. */
const ELSEWHERE: readonly string[] = ['learningRate', 'discriminatorLr']

/**
 * Checks `ramps.json` with the groups given; what none of them knows is reported as skipped.
 *
 * @param elsewhere groups that another runner reports, default the rates
 */
export async function runRamps(
  kit: unknown,
  groups: Readonly<Record<string, RampGroup>> = RAMP_GROUPS,
  elsewhere: readonly string[] = ELSEWHERE,
): Promise<GroupResult[]> {
  return Object.entries(kitFile('ramps.json', kit, 'sigmoidRamp'))
    .filter(([name]) => name !== 'meta' && !elsewhere.includes(name))
    .map(([name, content]) => groups[name]?.(`ramps ${name}`, content) ?? skippedGroup(`ramps ${name}`, 'unknown group'))
}

type Row = Record<string, unknown>

function runTable(group: string, content: unknown, evaluate: (row: Row) => [got: number, expected: number]): GroupResult {
  return runCases(
    group,
    content as Row[],
    (row) => JSON.stringify(row),
    (row, compare) => {
      const [got, expected] = evaluate(row)
      compare.number('value', got, expected, doubleTolerance(expected))
    },
  )
}

interface Schedule {
  steps: number[]
  weight: unknown[]
  lambdaMax?: unknown
  rampLength?: unknown
  counterUsed?: string
}

/** `schedules` hold their settings; an entry `<method>Long` beside them continues that method's schedule. */
function runConsistencyWeights(group: string, content: unknown): GroupResult {
  const { schedules, note, ...continued } = content as { schedules: Record<string, Schedule>; note?: string } & Record<
    string,
    Schedule
  >
  const cases = [
    ...Object.entries(schedules),
    ...Object.entries(continued).map(([name, table]): [string, Schedule] => [
      name,
      { ...schedules[name.replace(/Long$/, '')], ...table },
    ]),
  ]
  return runCases(
    group,
    cases,
    ([name]) => name,
    ([, { steps, weight, lambdaMax, rampLength, counterUsed }], compare) => {
      const offset = counterUsed === 'after increment' ? 1 : 0
      const options = { lambdaMax: kitNumber(lambdaMax), rampLength: kitNumber(rampLength) }
      const got = steps.map((step) => consistencyWeight(step + offset, options))
      compare.array('weight', got, kitNumbers(weight), doubleTolerance)
    },
  )
}
