import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CaseResult, dataIdentity, type RunSplit, sealedJson, summarise } from '@dualseg/trainer'
import { sealedLine } from '../../packages/trainer/src/runs/disk/seal'

export interface MadeRun {
  method?: string
  without?: string[]
  fold?: number
  seed?: number
  profile?: string
  dataset?: string
  labelled?: number
  iterations?: number
  /** Settings beyond the others. */
  settings?: object
  /** Of the volumes: other ones are other data. */
  volumes?: string
  /** Of the run's lists, what is not made up: sixteen labelled cases of the run's own and 64 unlabelled ones of the fold's. */
  split?: Partial<RunSplit>
  /** Whether the folder says which cases the run had, as those of older versions do not. @default true */
  keepsSplit?: boolean
  /** Dice by case id; the other measures follow from it. */
  dice: Readonly<Record<string, number>>
  empty?: readonly string[]
  log?: readonly object[]
  /** Whether its files carry their checksums, as those of version 0.0 do not. @default false */
  isSealed?: boolean
}

/** A run's folder with figures of one's own, as a run writes it. Returns the folder. */
export function makeRun(root: string, made: MadeRun): string {
  const {
    method = 'mt',
    without = [],
    fold = 0,
    seed = 1,
    profile = 'half',
    dataset = 'la',
    labelled = 16,
    iterations = 2,
  } = made
  const usesUnlabelled = method !== 'supervised' && !method.endsWith('-twin')
  const split = splitOf(made, { fold, seed, labelled, usesUnlabelled })
  const config = {
    method: { name: method, without, usesUnlabelled },
    settings: {
      ...{
        profile,
        protocol: 'common',
        reduce: 2,
        patch: [48, 48, 32],
        stride: [24, 24, 16],
        filters: 16,
        dropout: 0.5,
        windowBatch: 4,
      },
      ...{ classes: 2, initialise: 'kaiming', rotFlip: false, iterations, rampEvery: 1 },
      ...{ learningRate: { kind: 'constant', rate: 0.1 }, batch: { labelled: 2, unlabelled: 2 } },
      ...made.settings,
    },
    fold,
    seed,
    labelledCases: labelled,
    data: dataIdentity(dataset, split),
    engine: { name: 'wasm', device: 'cpu', precision: 'float32', numerics: 'fast', revision: 1 },
    kernelsRevision: 1,
    trainerRevision: 1,
  }
  const sha256 = identityOf(config)
  const folder = join(root, dataset, profile, method, `fold${fold}-seed${seed}-${sha256.slice(0, 8)}`)
  const cases = Object.entries(made.dice).map(([id, dice]): CaseResult => {
    const emptyPrediction = made.empty?.includes(id) ?? false
    return {
      id,
      dice,
      jaccard: dice / (2 - dice),
      hd95: emptyPrediction ? 0 : 20 * (1 - dice),
      asd: emptyPrediction ? 0 : 5 * (1 - dice),
      emptyPrediction,
    }
  })
  const log =
    made.log ??
    Array.from({ length: iterations }, (_, iteration) => ({
      iteration,
      rate: 0.1,
      terms: { ce: 1 - iteration / iterations },
      weights: { ce: 0.5 },
      noted: { share: iteration === 0 ? null : 0.5 },
      seconds: 0.1,
    }))
  const line = made.isSealed ? sealedLine : JSON.stringify
  const lines = (values: readonly object[]) => values.map((value) => `${line(value)}\n`).join('')
  const text: (value: object) => string = made.isSealed ? sealedJson : JSON.stringify
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ config, sha256 }))
  writeFileSync(join(folder, 'log.jsonl'), lines(log))
  writeFileSync(join(folder, 'cases.jsonl'), lines(cases))
  writeFileSync(
    join(folder, 'provenance.json'),
    text({ sessions: [{ started: '2026-01-31T00:00:00Z', ended: '2026-01-31T01:00:00Z', host: 'here' }] }),
  )
  const summaryOf = (measure: 'dice' | 'jaccard' | 'hd95' | 'asd') => summarise(cases.map((one) => one[measure]))
  const result = {
    ...{
      configSha256: sha256,
      dataset,
      method,
      without,
      profile,
      protocol: 'common',
      fold,
      seed,
      labelledCases: labelled,
      iterations,
    },
    ...{ cases: cases.length, emptyPredictions: cases.filter(({ emptyPrediction }) => emptyPrediction).length },
    ...{ dice: summaryOf('dice'), jaccard: summaryOf('jaccard'), hd95: summaryOf('hd95'), asd: summaryOf('asd') },
  }
  if (made.keepsSplit ?? true) writeFileSync(join(folder, 'split.json'), text(split))
  writeFileSync(join(folder, 'result.json'), text(result))
  return folder
}

/** SHA-256 of a configuration: of its JSON with sorted keys and no spaces. */
export function identityOf(config: object): string {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, member]) => [key, sorted(member)]),
          )
        : value
  return createHash('sha256')
    .update(JSON.stringify(sorted(config)))
    .digest('hex')
}

function splitOf(
  { dice, volumes = 'v', split }: MadeRun,
  { fold, seed, labelled, usesUnlabelled }: { fold: number; seed: number; labelled: number; usesUnlabelled: boolean },
): RunSplit {
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind} ${i} of fold ${fold}`)
  const lists = {
    fold,
    labelled: names(`labelled with seed ${seed}`, labelled),
    unlabelled: usesUnlabelled ? names('unlabelled', 80 - labelled) : [],
    test: Object.keys(dice),
    ...split,
  }
  const sums = Object.fromEntries([...lists.labelled, ...lists.unlabelled, ...lists.test].map((id) => [id, `${volumes} ${id}`]))
  return { volumes: sums, rule: null, drawings: ['one drawing'], ...lists }
}

/** Twenty cases with Dice near `level`; `wobble` tells runs apart. */
export function twentyCases(level: number, wobble = 0): Record<string, number> {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `CASE${String(i).padStart(2, '0')}`,
      level + 0.1 * Math.sin(7 * i) + wobble * Math.cos(3 * i + 100 * wobble),
    ]),
  )
}
