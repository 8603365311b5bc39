import { dualsegError, type EngineOptions } from '@dualseg/kernels'
import { ENGINE_NAMES, ENGINES, type EngineName, type OptionsOf } from '../engines'
import type { EngineEntry, OpenedEngine } from '../engines/engine-entry'
import { type AutoOptions, decideEngine, optionsFor } from './decide-engine'

export type UseEngineOptions<Name extends EngineName | 'auto'> = Name extends EngineName ? OptionsOf<Name> : AutoOptions

/**
 * Opens the engine that everything below computes with.
 *
 * `auto` takes the one in DUALSEG_ENGINE; else torch with a card, tensorflow with a card, then whichever is fastest at one measured training step; the
 * report's notes say why, and why the others are not taken. It may decide otherwise the next time: what is to be resumed should name its engine.
 * Prints nothing; the caller shows the report.
 *
 * @throws DUALSEG_ENGINE_MISSING with the remedy if the engine asked for is not installed or cannot run here
 */
export async function useEngine<Name extends EngineName | 'auto'>(
  name: Name,
  options: UseEngineOptions<Name> = {} as UseEngineOptions<Name>,
): Promise<OpenedEngine> {
  if (name !== 'auto') return open(name, options as EngineOptions)
  const decision = await decideEngine(options as AutoOptions)
  const opened = await open(decision.name, optionsFor(decision.name, options as AutoOptions))
  return { ...opened, notes: [...opened.notes, ...decision.reasons] }
}

function open(name: EngineName, options: EngineOptions): Promise<OpenedEngine> {
  if (!Object.hasOwn(ENGINES, name)) {
    throw dualsegError('DUALSEG_USAGE', `'${String(name)}' is no engine; choose auto or one of ${ENGINE_NAMES.join(', ')}`)
  }
  return (ENGINES[name] as EngineEntry<EngineOptions>).open(options)
}
