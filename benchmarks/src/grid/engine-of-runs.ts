import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type EngineIdentity, type EngineName, faultOf, readConfig } from '@dualseg/trainer'
import type { EngineArguments } from '../command-line/engine-arguments'

/**
 * The engine that the runs in a grid's folder began with; undefined if there is none, or more than one under these options.
 *
 * @param folder `<runs>/<dataset>/<profile>`
 * @returns its name, and the options that give its bits again
 */
export function engineOfRuns(folder: string, asked: EngineArguments): { name: EngineName; options: EngineArguments } | undefined {
  const found = new Map<string, { name: EngineName; options: EngineArguments }>()
  for (const run of foldersIn(folder).flatMap(foldersIn)) {
    const engine = engineOf(run)
    if (engine === undefined || !Object.hasOwn(ENGINES, engine.name)) continue
    const name = engine.name as EngineName
    const options = ENGINES[name].optionsOf(engine) as EngineArguments
    const isAsked = Object.entries(asked).every(
      ([option, value]) => [undefined, value].includes((options as Record<string, unknown>)[option]) || value === 'auto',
    )
    if (isAsked) found.set(JSON.stringify({ name, options }), { name, options })
  }
  const [first, ...others] = found.values()
  return others.length > 0 ? undefined : first
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
}

/** A damaged run tells nothing here; its own command names it. */
function engineOf(run: string): EngineIdentity | undefined {
  try {
    return readConfig(run)?.config.engine
  } catch (error) {
    if (faultOf(error) === undefined) throw error
    return undefined
  }
}
