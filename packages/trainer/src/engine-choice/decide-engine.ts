import { dualsegError, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import { ENGINE_NAMES, ENGINES, type EngineName, type OptionsOf } from '../engines'
import { type MeasuredEngine, measureEngine } from './measure-engine'
import { MEASURED_STEP } from './measured-step'

/** Options for whichever engine is taken: those of all, and under an engine's name its own. */
export type AutoOptions = EngineOptions & { readonly [Name in EngineName]?: OptionsOf<Name> }

/** Which engine is taken, and in one sentence each why it is and why the others are not. */
export interface EngineDecision {
  readonly name: EngineName
  readonly reasons: readonly string[]
}

/** Asked for in this order where there is a card. */
const NATIVE = ['torch', 'tensorflow'] as const

/** An engine's options out of those of all. */
export function optionsFor<Name extends EngineName>(name: Name, options: AutoOptions): OptionsOf<Name> {
  const { threads, numerics } = options
  return {
    ...(threads !== undefined && { threads }),
    ...(numerics !== undefined && { numerics }),
    ...options[name],
  } as OptionsOf<Name>
}

/**
 * Decides what `auto` means here: the engine in DUALSEG_ENGINE, else torch on a card, tensorflow on a card, then whichever is fastest at one training
 * step. Each engine is measured in a process of its own; where only one is there, nothing is measured.
 *
 * @throws DUALSEG_ENGINE_MISSING if there is none at all
 */
export async function decideEngine(options: AutoOptions = {}): Promise<EngineDecision> {
  const named = process.env.DUALSEG_ENGINE
  if (named && named !== 'auto') return { name: nameOf(named), reasons: [`${named}: DUALSEG_ENGINE names it`] }

  const reports = await Promise.all(ENGINE_NAMES.map((name) => ENGINES[name].probe()))
  const found = ENGINE_NAMES.filter((_, i) => reports[i]!.available)
  const absent = reports.filter(({ available }) => !available).map(absence)
  // Plain JavaScript is no choice where there is any other.
  const candidates = found.length > 1 ? found.filter((name) => name !== 'cpu') : found
  const passedOver = found
    .filter((name) => !candidates.includes(name))
    .map((name) => `not ${name}: plain JavaScript, slower than all others`)
  if (candidates.length === 0) {
    throw dualsegError('DUALSEG_ENGINE_MISSING', `There is no engine. ${absent.join('. ')}.`)
  }
  if (candidates.length === 1)
    return { name: candidates[0]!, reasons: [`${candidates[0]}: the only one here`, ...passedOver, ...absent] }

  const measured = new Map<EngineName, MeasuredEngine>()
  for (const name of candidates) {
    const answer = await measureEngine(name, optionsFor(name, options))
    measured.set(name, answer)
    if (isNative(name) && 'engine' in answer && answer.engine.gpu) {
      const others = candidates.filter((other) => other !== name).map((other) => `not ${other}: ${name} has a card`)
      return { name, reasons: [`${name}: on ${answer.engine.device}`, ...others, ...passedOver, ...absent] }
    }
  }
  return fastest(measured, [...passedOver, ...absent])
}

function fastest(measured: ReadonlyMap<EngineName, MeasuredEngine>, others: readonly string[]): EngineDecision {
  const seconds = ([_, answer]: [EngineName, MeasuredEngine]) => ('seconds' in answer ? answer.seconds : Number.POSITIVE_INFINITY)
  const [first, ...rest] = [...measured].sort((a, b) => seconds(a) - seconds(b)) as [
    [EngineName, MeasuredEngine],
    ...[EngineName, MeasuredEngine][],
  ]
  if ('failed' in first[1]) {
    const failures = [first, ...rest].map(([name, answer]) => ('failed' in answer ? `${name}: ${answer.failed}` : name))
    throw dualsegError('DUALSEG_ENGINE_MISSING', `No engine does a training step. ${failures.join('. ')}.`)
  }
  const { patch, batch } = MEASURED_STEP
  const step = `a step of ${batch} patches of ${patch.join('x')}`
  return {
    name: first[0],
    reasons: [
      `${first[0]}: the fastest, ${first[1].seconds.toFixed(2)} s ${step}`,
      ...rest.map(([name, answer]) => `not ${name}: ${'failed' in answer ? answer.failed : `${answer.seconds.toFixed(2)} s`}`),
      ...others,
    ],
  }
}

function absence({ name, missing }: EngineReport): string {
  return `not ${name}: ${missing?.what ?? 'not there'}; ${missing?.howToGet ?? ''}`
}

function isNative(name: EngineName): boolean {
  return (NATIVE as readonly string[]).includes(name)
}

function nameOf(text: string): EngineName {
  if (Object.hasOwn(ENGINES, text)) return text as EngineName
  throw dualsegError('DUALSEG_USAGE', `DUALSEG_ENGINE is '${text}'; set it to auto or one of ${ENGINE_NAMES.join(', ')}`)
}
