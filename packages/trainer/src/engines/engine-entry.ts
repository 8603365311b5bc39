import { dualsegError, type EngineOptions, type EngineReport } from '@dualseg/kernels'
import type { EngineIdentity } from './engine-identity'

/** What is open now: the engine's own report, and what of it belongs to a run's identity. */
export interface OpenedEngine extends EngineReport {
  readonly identity: EngineIdentity
}

/** An engine as the trainer knows it. Its package is an optional peer, loaded when asked for. */
export interface EngineEntry<Options extends EngineOptions> {
  /** Looks without changing anything; never throws. */
  probe(): Promise<EngineReport>
  /** @throws DUALSEG_ENGINE_MISSING with the remedy if the engine is not installed or cannot run here */
  open(options: Options): Promise<OpenedEngine>
  /** The options that give the bits of a run begun with this identity. */
  optionsOf(identity: EngineIdentity): Options
}

/** Loads an optional package. @throws DUALSEG_ENGINE_MISSING with the command that installs it */
export async function loadPackage<Module>(engine: string, name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    const { what, howToGet } = packageMissing(name)
    throw dualsegError('DUALSEG_ENGINE_MISSING', `The ${engine} engine is not there: ${what}; ${howToGet}`, { cause })
  }
}

/** The report of an engine whose package cannot be loaded. */
export function absent(engine: EngineReport['name'], name: string): EngineReport {
  return { available: false, name: engine, version: 'none', device: 'none', notes: [], missing: packageMissing(name) }
}

function packageMissing(name: string): { what: string; howToGet: string } {
  return { what: `${name} is not installed`, howToGet: `add it with \`npm install ${name}\`` }
}
