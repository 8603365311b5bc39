import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { EngineIdentity } from '../../engines/engine-identity'
import type { TrainingSettings } from '../../training/settings'
import { trainingSettings } from '../../training/settings-schema'
import { canonicalJson, readableJson, sha256 } from '../disk/canonical-json'
import { replaceDurably } from '../disk/durable-file'
import { expectStored, readStored, type StoredFile } from '../disk/stored-json'
import type { DataIdentity } from '../run-plan'
import { engineIdentity, sha256Text } from './schemas'

/** All that decides a run's result, as `config.json` has it. */
export interface RunConfig {
  readonly method: {
    readonly name: string
    /** Switches that are off, sorted. */
    readonly without: readonly string[]
    readonly usesUnlabelled: boolean
    readonly [more: string]: unknown
  }
  readonly settings: TrainingSettings
  readonly fold: number
  readonly seed: number
  readonly labelledCases: number
  readonly data: DataIdentity
  readonly engine: EngineIdentity
  readonly kernelsRevision?: unknown
  readonly trainerRevision?: unknown
  readonly [more: string]: unknown
}

/** `config.json`: a run's configuration with its SHA-256, which is the run's identity. */
export interface ConfigFile {
  readonly config: RunConfig
  readonly sha256: string
}

export const CONFIG: StoredFile<ConfigFile> = {
  schema: z.looseObject({
    sha256: sha256Text,
    config: z.looseObject({
      method: z.looseObject({ name: z.string(), without: z.array(z.string()), usesUnlabelled: z.boolean() }),
      settings: trainingSettings,
      fold: z.int(),
      seed: z.int(),
      labelledCases: z.int(),
      data: z.looseObject({ dataset: z.string(), listsSha256: z.string(), volumesSha256: z.string() }),
      engine: engineIdentity,
    }),
  }),
  remedy: 'repeat the command that began the run, which writes it again; nothing is lost',
  refuse({ sha256: stated }, path, whole) {
    const found = sha256(canonicalJson((whole as ConfigFile).config))
    if (found !== stated) return `its configuration was changed: it has the SHA-256 ${found}, the file says ${stated}`
    const folder = basename(dirname(path))
    const named = /^fold\d+-seed\d+-([0-9a-f]{8})$/.exec(folder)?.[1]
    return named === undefined || stated.startsWith(named)
      ? undefined
      : `it is of run ${stated.slice(0, 8)}, its folder is ${folder}`
  },
}

/** Undefined where there is none. @throws DUALSEG_DATA with a `fault` if it is damaged or of another run than the folder's name says */
export function readConfig(folder: string): ConfigFile | undefined {
  return readStored(join(folder, 'config.json'), CONFIG)
}

/** The same where there must be one. */
export function expectConfig(folder: string): ConfigFile {
  return expectStored(join(folder, 'config.json'), CONFIG)
}

export function writeConfig(folder: string, { config, sha256 }: ConfigFile): void {
  replaceDurably(join(folder, 'config.json'), readableJson({ config, sha256 }))
}
