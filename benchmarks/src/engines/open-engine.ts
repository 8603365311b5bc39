import {
  type AutoOptions,
  decideEngine,
  ENGINE_NAMES,
  type EngineIdentity,
  type EngineName,
  type OptionsOf,
  optionsFor,
  type UseEngineOptions,
  useEngine,
} from '@dualseg/trainer'
import { choose } from '../command-line/choose'
import type { EngineArguments } from '../command-line/engine-arguments'

export type EngineChoice = EngineName | 'auto'

const CHOICES: readonly EngineChoice[] = ['auto', ...ENGINE_NAMES]

export interface UsedEngine {
  identity: EngineIdentity
  /** Name, version, device and what else there is to say, in one line. */
  line: string
}

/** The value of `--engine`, or an error that names the nearest right one. */
export function chooseEngine(name: string): EngineChoice {
  return choose('--engine', name, CHOICES)
}

/** Opens the engine of `--engine`, and says in one line what it found. */
export async function openEngine(name: string, options: EngineArguments = {}): Promise<UsedEngine> {
  const choice = chooseEngine(name)
  const all = optionsOf(options)
  const decision = choice === 'auto' ? await decideEngine(all) : { name: choice, reasons: [] }
  const ownOptions = optionsFor(decision.name, all) as UseEngineOptions<EngineName>
  const { identity, ...report } = await useEngine(decision.name, ownOptions)
  const said = [...(report.precision ? [report.precision] : []), ...(report.numerics ? [`${report.numerics} numerics`] : [])]
  const notes = [...report.notes, ...decision.reasons]
  return { identity, line: [`engine ${report.name} ${report.version}`, report.device, ...said, ...notes].join(' · ') }
}

/** The command line's options, sorted by who understands them. */
export function optionsOf({ threads, numerics, relaxedSimd, packedSimd, ...torch }: EngineArguments): AutoOptions {
  const tensorflow = { device: torch.device as OptionsOf<'tensorflow'>['device'] }
  return { threads, numerics, wasm: { relaxedSimd, packedSimd }, torch, tensorflow }
}
