// node dist/phantom-results.js [methods]: trains every method and every supervised twin, or those named, on the phantom at the profile `quick`, for some iterations on a few cases, and prints what each
// reached and the digest of its run as one JSON object. `pnpm check:results` compares it with what is stored.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { splitFold } from '@dualseg/data'
import { CaseStore, phantomDataset } from '@dualseg/data/node'
import {
  COMMON_PROTOCOL,
  type Method,
  methodNamed,
  methods,
  resolveSettings,
  storeData,
  trainRun,
  twinOf,
  useEngine,
} from '@dualseg/trainer'
import { PROFILES } from './grid/profiles'

const ITERATIONS = 10
const LABELLED = 4
const UNLABELLED = 4
const TESTED = 3

const named = process.argv.slice(2)
const chosen = named.length > 0 ? named.map(methodNamed) : methodsAndTwins()
const runs = mkdtempSync(join(tmpdir(), 'phantom-results-'))
try {
  const engine = await useEngine('wasm', { numerics: 'strict', relaxedSimd: false, packedSimd: true })
  const profile = { ...PROFILES.quick, name: `quick-${ITERATIONS}`, iterations: ITERATIONS, rampEvery: ITERATIONS / 40 }
  const { source, folds } = phantomDataset(1)
  const all = splitFold(folds, 0, LABELLED)
  const fold = { ...all, unlabelled: all.unlabelled.slice(0, UNLABELLED), test: all.test.slice(0, TESTED) }
  const store = new CaseStore(source, { factor: profile.reduce })
  await store.load(fold)
  const results: Record<string, { dice: number; hd95: number; sha256: string }> = {}
  for (const method of chosen) {
    const outcome = await trainRun({
      method,
      settings: resolveSettings(method, profile, COMMON_PROTOCOL),
      fold: 0,
      seed: 1,
      labelledCases: LABELLED,
      data: storeData(store, fold),
      dataIdentity: { dataset: 'phantom', listsSha256: 'results', volumesSha256: 'results' },
      engine: engine.identity,
      runs,
    })
    if (outcome.status !== 'done') throw new Error(`phantom-results: ${method.name} ended as ${outcome.status}`)
    const { dice, hd95 } = outcome.result
    results[method.name] = { dice: dice!.mean, hd95: hd95!.mean, sha256: digestOf(outcome.folder) }
    process.stderr.write(`${method.name}: Dice ${dice!.mean.toFixed(6)}\n`)
  }
  process.stdout.write(`${JSON.stringify(results)}\n`)
} finally {
  rmSync(runs, { recursive: true, force: true })
}

/** Twins behind all methods; one that several methods share is one run. */
function methodsAndTwins(): Method[] {
  const every = [...methods.values()]
  const twins = every.flatMap((method) => twinOf(method, COMMON_PROTOCOL.name) ?? [])
  return [...every, ...new Map(twins.map((twin) => [twin.name, twin])).values()]
}

/** What «the same result» means, without times and without the settings' own hash: a new field in a file is no other number. */
function digestOf(run: string): string {
  const hash = createHash('sha256')
  const lines = (file: string) =>
    readFileSync(join(run, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  for (const { iteration, rate, terms, weights } of lines('log.jsonl'))
    hash.update(JSON.stringify([iteration, rate, terms, weights]))
  for (const { id, dice, jaccard, hd95, asd } of lines('cases.jsonl')) hash.update(JSON.stringify([id, dice, jaccard, hd95, asd]))
  const checkpoint = join(run, 'checkpoint', readdirSync(join(run, 'checkpoint'))[0]!)
  for (const file of readdirSync(checkpoint).sort()) {
    if (file.endsWith('.safetensors')) hash.update(file).update(readFileSync(join(checkpoint, file)))
  }
  return hash.digest('hex')
}
