import { type LearningRate, learningRate, methods } from '@dualseg/trainer'
import { kitFile, kitNumber, kitNumbers } from './kit'
import { type GroupResult, runCases, skippedGroup } from './report'
import { doubleTolerance } from './tolerance'

interface RateTable {
  baseLr?: unknown
  maxIterations?: unknown
  steps: number[]
  lr: unknown[]
}

/** The kit's names for the scripts whose schedule is that of one of our methods under `--protocol authors`. */
const METHOD_OF: Readonly<Record<string, string>> = {
  supervised: 'supervised',
  uamt: 'ua-mt',
  uamtCertainty: 'ua-mt',
  sassnet: 'sassnet',
  dtc: 'dtc',
  mcnet: 'mc-net',
  mcf: 'mcf',
  luseg: 'luseg-released',
  lusegPancreas: 'luseg-released',
  dualnet: 'dualnet-released',
  dualnetPancreas: 'dualnet-released',
  ssl4misEntropyMinimisation: 'ent-min',
  ssl4misAdversarial: 'dan',
  ssl4misIct: 'ict',
  ssl4misUrpc: 'urpc',
  ssl4misCps: 'cps',
  ssl4misRegularisedDropout: 'r-drop',
}

/** SSL4MIS' scripts of methods that are none of its own here: a polynomial decay every iteration, set before the counter's increment. */
const SSL4MIS_LAG: Readonly<Record<string, 0 | 1>> = {
  ssl4misSupervised: 1,
  ssl4misMeanTeacher: 1,
}

/** Tables that go on where another one ends. */
const CONTINUES: Readonly<Record<string, string>> = { mcnetLong: 'mcnet', ssl4misLong: 'ssl4misSupervised' }

function scheduleOf(name: string, baseLr: number): LearningRate | undefined {
  const lag = SSL4MIS_LAG[name]
  if (lag !== undefined) return { kind: 'poly', rate: baseLr, power: 0.9, lag }
  const method = methods.get(METHOD_OF[name] ?? '')
  return method === undefined ? undefined : { ...method.authors.learningRate, rate: baseLr }
}

/** The learning rates of ramps.json: what each optimiser step of each script really uses; and the discriminator's. */
export function runSchedules(kit: unknown): GroupResult[] {
  const { learningRate: rates, discriminatorLr } = kitFile('ramps.json', kit, 'learningRate') as unknown as {
    learningRate: { schedules: Record<string, RateTable>; note?: string; [continued: string]: unknown }
    discriminatorLr?: Record<string, unknown>
  }
  const { schedules, note: _, ...continued } = rates
  const results: GroupResult[] = []
  for (const [name, table] of [...Object.entries(schedules), ...Object.entries(continued)]) {
    const group = `ramps learningRate ${name}`
    const script = CONTINUES[name] ?? name
    const settings = { ...schedules[script], ...(table as RateTable) }
    const schedule = scheduleOf(script, kitNumber(settings.baseLr))
    if (schedule === undefined) {
      results.push(skippedGroup(group, 'no schedule of this name is built'))
      continue
    }
    results.push(
      runCases(
        group,
        [settings],
        () => name,
        ({ steps, lr, maxIterations }, compare) => {
          const got = steps.map((step) => learningRate(schedule, step, kitNumber(maxIterations)))
          compare.array('rate', got, kitNumbers(lr), doubleTolerance)
        },
      ),
    )
  }
  if (discriminatorLr !== undefined) results.push(runDiscriminatorRate(discriminatorLr))
  return results
}

function runDiscriminatorRate(expected: Record<string, unknown>): GroupResult {
  const optimiser = methods.get('sassnet')!.networks.discriminator?.optimiser
  const got = optimiser?.kind === 'adam' ? optimiser.learningRate : Number.NaN
  return runCases(
    'ramps discriminatorLr',
    Object.entries(expected),
    ([name]) => name,
    ([, value], compare) => compare.number('rate', got, kitNumber(value), doubleTolerance(kitNumber(value))),
  )
}
