import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { engineIdentity } from '../engines/engine-identity'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256')
const finite = z.number()

/** What `config.json` must say for a report; all else in it is shown as it is. */
const configFile = z.object({
  sha256,
  config: z.looseObject({
    method: z.looseObject({ name: z.string(), without: z.array(z.string()), usesUnlabelled: z.boolean() }),
    settings: z.looseObject({ profile: z.string(), protocol: z.string(), iterations: z.int() }),
    fold: z.int(),
    seed: z.int(),
    labelledCases: z.int(),
    data: z.looseObject({ dataset: z.string() }),
    engine: engineIdentity.loose(),
  }),
})

const resultFile = z.looseObject({ configSha256: sha256, cases: z.int() })

const caseLine = z.object({
  // Pages and volumes are named after it.
  id: z.string().regex(/^[^./\\\0][^/\\\0]*$/, 'not a name that a file can have'),
  dice: finite,
  jaccard: finite,
  hd95: finite,
  asd: finite,
  emptyPrediction: z.boolean(),
})

const logLine = z.object({
  iteration: z.int(),
  rate: finite,
  terms: z.record(z.string(), finite),
  weights: z.record(z.string(), finite),
  noted: z.record(z.string(), finite.nullable()),
})

const provenanceFile = z.looseObject({ sessions: z.array(z.looseObject({ started: z.string() })) })

export type RunConfig = z.infer<typeof configFile>['config']
export type ReportedCase = z.infer<typeof caseLine>
export type LogLine = z.infer<typeof logLine>
export type Session = z.infer<typeof provenanceFile>['sessions'][number]

/** A finished run as its folder tells it; the log is read when it is asked for, since it is long. */
export interface ReportedRun {
  readonly folder: string
  readonly config: RunConfig
  readonly sha256: string
  readonly cases: readonly ReportedCase[]
  readonly sessions: readonly Session[]
  /** Case ids whose predicted mask was kept. */
  readonly predictions: readonly string[]
}

/** A run's name in files and links: the first eight digits of its identity. */
export function shortHash(run: Pick<ReportedRun, 'sha256'>): string {
  return run.sha256.slice(0, 8)
}

/** What a run is, finished or not. */
export function readConfig(folder: string): { config: RunConfig; sha256: string } {
  return readJson(join(folder, 'config.json'), configFile)
}

/**
 * Reads a finished run.
 *
 * @throws DUALSEG_DATA if a file is not what a run writes, or if the files do not belong together
 */
export function readRun(folder: string): ReportedRun {
  const { config, sha256: hash } = readConfig(folder)
  const result = readJson(join(folder, 'result.json'), resultFile)
  const cases = readLines(join(folder, 'cases.jsonl'), caseLine)
  if (result.configSha256 !== hash) throw refuse(folder, `result.json belongs to ${result.configSha256}, config.json is ${hash}`)
  if (result.cases !== cases.length)
    throw refuse(folder, `result.json counts ${result.cases} cases, cases.jsonl has ${cases.length}`)
  const twice = cases.find(({ id }, index) => cases.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined) throw refuse(folder, `cases.jsonl has case ${twice.id} twice`)
  const predictions = join(folder, 'predictions')
  return {
    folder,
    config,
    sha256: hash,
    cases,
    sessions: existsSync(join(folder, 'provenance.json'))
      ? readJson(join(folder, 'provenance.json'), provenanceFile).sessions
      : [],
    predictions: existsSync(predictions)
      ? readdirSync(predictions)
          .filter((name) => name.endsWith('.nii.gz'))
          .map((name) => basename(name, '.nii.gz'))
          .sort()
      : [],
  }
}

export function readLog(run: Pick<ReportedRun, 'folder'>): LogLine[] {
  return readLines(join(run.folder, 'log.jsonl'), logLine)
}

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  return parse(readText(path), schema, path)
}

function readLines<T>(path: string, schema: z.ZodType<T>): T[] {
  return readText(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parse(line, schema, `${path}, line ${index + 1}`))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}); move the run away or repeat it`,
    )
  }
}

function parse<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw dualsegError('DUALSEG_DATA', `${where} is not JSON; move the run away or repeat it`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw dualsegError(
    'DUALSEG_DATA',
    `${where}: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}; move the run away or repeat it`,
  )
}

function refuse(folder: string, found: string): Error {
  return dualsegError('DUALSEG_DATA', `run ${folder}: ${found}; move the run away or repeat it`)
}
