import { type EngineIdentity, type EngineName, useEngine } from '@dualseg/trainer'
import { choose } from './choose'

export interface UsedEngine {
  identity: EngineIdentity
  /** Name, version, device and what else there is to say, in one line. */
  line: string
}

/** Opens the engine of `--engine`, and says in one line what it found. */
export async function openEngine(name: string, options: { threads?: number } = {}): Promise<UsedEngine> {
  const known: readonly (EngineName | 'auto')[] = ['auto', 'wasm', 'cpu']
  const { identity, ...report } = await useEngine(choose('--engine', name, known), options)
  return { identity, line: [`engine ${report.name} ${report.version}`, report.device, ...report.notes].join(' · ') }
}
