import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '@dualseg/data/node'
import {
  decideEngine,
  diskError,
  ENGINE_NAMES,
  ENGINES,
  type EngineIdentity,
  type EngineName,
  engineIdentity,
  faultOf,
  readOrSetAside,
  readStored,
  type StoredFile,
  sealedJson,
} from '@dualseg/trainer'
import { z } from 'zod'
import type { EngineArguments } from '../command-line/engine-arguments'
import { type EngineChoice, optionsOf } from '../engines/open-engine'
import { engineOfRuns } from './engine-of-runs'

/** The engine of a grid, before it is opened. */
export interface SettledEngine {
  readonly name: EngineName
  /** What was asked for; for a grid that was begun, on the device and with the threads it began with. */
  readonly options: EngineArguments
  /** Why this one, and why not the others. */
  readonly reasons: readonly string[]
  /**
   * Keeps the engine for the grid's next commands, the first time.
   *
   * @param identity of the engine as it opened
   * @returns what is to be said if it now computes other bits than when the grid began
   */
  remember(identity: EngineIdentity): string | undefined
}

/** One entry for each set of engine options that the grid was asked with. */
const entries = z
  .array(
    z.object({
      asked: z.string(),
      name: z.enum(ENGINE_NAMES as [EngineName, ...EngineName[]]),
      identity: engineIdentity,
      reasons: z.array(z.string()),
      decided: z.string(),
    }),
  )
  .min(1)

type Stored = z.infer<typeof entries>

const ENGINE_FILE: StoredFile<Stored> = {
  // Grids of 0.0 have the list alone, without a checksum.
  schema: z.union([z.strictObject({ engines: entries }).transform(({ engines }) => engines), entries]),
  remedy: "the grid's engine is settled anew by its next command",
}

/**
 * Settles which engine a grid has: the one that is named; else the one that `engine.json` in the folder of its runs remembers; else the one that
 * `decideEngine` takes. In place of a damaged file the runs that are there tell the grid's engine, if they have one.
 *
 * @param folder `<runs>/<dataset>/<profile>`
 */
export async function settleEngine(choice: EngineChoice, options: EngineArguments, folder: string): Promise<SettledEngine> {
  const file = join(folder, 'engine.json')
  const { stored, notice } = storedEngines(file)
  // Packing changes no bit.
  const { packedSimd: _, ...deciding } = options
  const asked = JSON.stringify(deciding)
  const before = stored.find((entry) => entry.asked === asked)
  if (choice === 'auto' && before) {
    const { name, decided } = before
    const begun = before.identity
    const { device, threads } = ENGINES[name].optionsOf(begun) as EngineArguments
    return {
      name,
      options: { ...options, ...(device !== undefined && { device }), ...(threads !== undefined && { threads }) },
      reasons: [`${name}: this grid's engine since ${decided.slice(0, 10)} (${file})`],
      remember: (identity) => differences(begun, identity),
    }
  }
  const ofRuns = choice === 'auto' && notice !== undefined ? engineOfRuns(folder, deciding) : undefined
  const { name, reasons: why } =
    ofRuns !== undefined
      ? { name: ofRuns.name, reasons: [`${ofRuns.name}: the engine of the runs that are there`] }
      : choice === 'auto'
        ? await decideEngine(optionsOf(options))
        : { name: choice, reasons: [`${choice}: named with --engine`] }
  const reasons = [...(notice === undefined ? [] : [notice]), ...why]
  return {
    name,
    options: { ...options, ...ofRuns?.options },
    reasons,
    remember(identity) {
      if (!before) keep(file, { asked, name, identity, reasons, decided: new Date().toISOString() })
      return undefined
    },
  }
}

function differences(then: EngineIdentity, now: EngineIdentity): string | undefined {
  const keys = Object.keys({ ...then, ...now }) as (keyof EngineIdentity)[]
  const changed = keys.filter((key) => then[key] !== now[key]).map((key) => `${key} ${then[key]}, now ${now[key]}`)
  return changed.length === 0
    ? undefined
    : `The engine computes other bits than when this grid began, so its runs begin anew beside the old ones: ${changed.join('; ')}.`
}

/** What the file remembers, or what is to be said of a damaged one. */
function storedEngines(file: string): { stored: Stored; notice?: string } {
  try {
    return { stored: readStored(file, ENGINE_FILE) ?? [] }
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    return { stored: [], notice: `${fault.file}: ${fault.found}; no result needs it, so a new one is written` }
  }
}

function keep(file: string, entry: Stored[number]): void {
  try {
    const others =
      readOrSetAside(
        () => readStored(file, ENGINE_FILE),
        '',
        () => undefined,
      ) ?? []
    writeWhole(file, sealedJson({ engines: [...others, entry] }))
  } catch (error) {
    throw diskError(error, dirname(file))
  }
}

/** Other processes of the same grid see the old file or the new one, never half of it. */
function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}`
  try {
    makeFolder(dirname(file))
    writeFileSync(beside, text)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}
