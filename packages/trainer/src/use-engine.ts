import { dualsegError, type EngineOptions } from '@dualseg/kernels'
import { ENGINE_NAMES, ENGINES, type EngineName, type OptionsOf } from './engines'
import type { EngineEntry, OpenedEngine } from './engines/engine-entry'

/** Options for whichever engine `auto` takes: those of all, and under an engine's name its own. */
export type AutoOptions = EngineOptions & { readonly [Name in EngineName]?: OptionsOf<Name> }

export type UseEngineOptions<Name extends EngineName | 'auto'> = Name extends EngineName ? OptionsOf<Name> : AutoOptions

/**
 * Opens the engine that everything below computes with. `auto` takes the first that is there: wasm, then cpu.
 *
 * Prints nothing; the caller shows the report.
 *
 * @throws DUALSEG_ENGINE_MISSING with the remedy if the engine asked for is not installed or cannot run here
 */
export async function useEngine<Name extends EngineName | 'auto'>(
  name: Name,
  options: UseEngineOptions<Name> = {} as UseEngineOptions<Name>,
): Promise<OpenedEngine> {
  if (name === 'auto') return openAuto(options as AutoOptions)
  if (!Object.hasOwn(ENGINES, name)) {
    throw dualsegError(
      'DUALSEG_USAGE',
      `useEngine: '${String(name)}' is no engine; choose auto or one of ${ENGINE_NAMES.join(', ')}`,
    )
  }
  return (ENGINES[name as EngineName] as EngineEntry<EngineOptions>).open(options as EngineOptions)
}

async function openAuto(options: AutoOptions): Promise<OpenedEngine> {
  const { threads, numerics, ...own } = options
  const common = { ...(threads !== undefined && { threads }), ...(numerics !== undefined && { numerics }) }
  try {
    return await ENGINES.wasm.open({ ...common, ...own.wasm })
  } catch (error) {
    if ((error as { code?: string }).code !== 'DUALSEG_ENGINE_MISSING') throw error
    const opened = await ENGINES.cpu.open({ ...common, ...own.cpu })
    return { ...opened, notes: [...opened.notes, `wasm: ${(error as Error).message}`] }
  }
}
