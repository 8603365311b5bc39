import {
  type AutoOptions,
  ENGINE_NAMES,
  type EngineIdentity,
  type EngineName,
  type OptionsOf,
  type UseEngineOptions,
  useEngine,
} from '@dualseg/trainer'
import { choose } from './choose'
import type { EngineArguments } from './engine-arguments'

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
  const { threads, numerics } = all
  const { identity, ...report } =
    choice === 'auto'
      ? await useEngine('auto', all)
      : await useEngine(choice, { threads, numerics, ...all[choice] } as UseEngineOptions<EngineName>)
  const said = [...(report.precision ? [report.precision] : []), ...(report.numerics ? [`${report.numerics} numerics`] : [])]
  return { identity, line: [`engine ${report.name} ${report.version}`, report.device, ...said, ...report.notes].join(' · ') }
}

/** The command line's options, sorted by who understands them. */
function optionsOf({ threads, numerics, relaxedSimd, ...torch }: EngineArguments): AutoOptions {
  const tensorflow = { device: torch.device as OptionsOf<'tensorflow'>['device'] }
  return { threads, numerics, wasm: { relaxedSimd }, torch, tensorflow }
}
