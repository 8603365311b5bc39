import { type EngineIdentity, type EngineName, type UseEngineOptions, useEngine } from '@dualseg/trainer'
import { choose } from './choose'

export type EngineChoice = EngineName | 'auto'

const CHOICES: readonly EngineChoice[] = ['auto', 'wasm', 'cpu']

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
export async function openEngine(name: string, options: UseEngineOptions = {}): Promise<UsedEngine> {
  const { identity, ...report } = await useEngine(chooseEngine(name), options)
  const numerics = report.numerics === undefined ? [] : [`${report.numerics} numerics`]
  return { identity, line: [`engine ${report.name} ${report.version}`, report.device, ...numerics, ...report.notes].join(' · ') }
}
