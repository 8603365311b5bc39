import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Case, Fold } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { random } from '@dualseg/kernels/random'
import { onTestFinished } from 'vitest'
import {
  COMMON_PROTOCOL,
  type EngineIdentity,
  methodNamed,
  type Profile,
  type Protocol,
  type RunPlan,
  resolveSettings,
  storeData,
} from '../src'

/** The smallest experiment: 16^3 patches, two channels, eight cases of 18 x 17 x 20 voxels. */
export const TINY: Profile = {
  name: 'tiny',
  reduce: 1,
  patch: [16, 16, 16],
  stride: [8, 8, 8],
  filters: 2,
  dropout: 0.5,
  windowBatch: 2,
  iterations: 6,
  learningRate: { kind: 'poly', rate: 0.05, power: 0.9, warmUp: 2 },
  rampEvery: 6 / 40,
  batch: { labelled: 2, unlabelled: 2 },
  supervisedBatch: 2,
}

/** Batch norm would see one value at 1/16 of 16 voxels where a method passes one sample at a time. */
export function patchOf(method: string): Profile['patch'] {
  return ['ict', 'bcp', 'sdcl'].includes(method) ? [32, 16, 16] : TINY.patch
}

export const TINY_FOLD: Fold = { fold: 0, labelled: ['A', 'B', 'C'], unlabelled: ['D', 'E', 'F'], test: ['G', 'H'] }

const SIZE: [number, number, number] = [18, 17, 20]

/** A ball in noise, never in the middle; `noiseLabel` makes the label meaningless. */
export function tinyCase(id: string, { noiseLabel = false, scale = 1 } = {}): Case {
  const stream = random(5, `tiny case ${id}`, 0, 0)
  const size = SIZE.map((n) => n * scale) as [number, number, number]
  const [nx, ny, nz] = size
  const image = stream.fillNormal(new Float32Array(nx * ny * nz), 0, 0.5)
  const label = new Uint8Array(image.length)
  const centre = [stream.integer(5, 8), stream.integer(8, 11), stream.integer(11, 14)].map((at) => (at + 0.5) * scale - 0.5)
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const inside = (x - centre[0]!) ** 2 + (y - centre[1]!) ** 2 + (z - centre[2]!) ** 2 < 30 * scale ** 2
        if (inside) image[i]! += 2
        label[i] = noiseLabel ? stream.integer(0, 2) : Number(inside)
      }
    }
  }
  const grid = { size, spacing: [1, 1, 1] as [number, number, number] }
  return { id, image: { ...grid, data: image }, label: { ...grid, data: label } }
}

export interface TinyOptions {
  method?: string
  without?: string[]
  engine: EngineIdentity
  runs: string
  /** Replace the labels of the unlabelled cases by noise. */
  noiseLabels?: boolean
  seed?: number
  profile?: Partial<Profile>
  protocol?: Partial<Protocol>
}

export async function tinyPlan({
  method: name = 'dualnet',
  without = [],
  engine,
  runs,
  noiseLabels = false,
  seed = 1,
  profile = {},
  protocol = {},
}: TinyOptions): Promise<RunPlan> {
  const method = methodNamed(name)
  const settings = resolveSettings(method, { ...TINY, ...profile }, { ...COMMON_PROTOCOL, ...protocol })
  const all = [...TINY_FOLD.labelled, ...TINY_FOLD.unlabelled, ...TINY_FOLD.test]
  const cases = all.map((id) =>
    tinyCase(id, { noiseLabel: noiseLabels && TINY_FOLD.unlabelled.includes(id), scale: settings.reduce }),
  )
  const store = new CaseStore({ kind: 'memory', cases }, { threads: 0, factor: settings.reduce })
  await store.load(TINY_FOLD)
  return {
    method,
    without,
    settings,
    fold: 0,
    seed,
    labelledCases: TINY_FOLD.labelled.length,
    data: storeData(store, TINY_FOLD, { worker: false }),
    dataIdentity: { dataset: 'tiny', listsSha256: 'lists', volumesSha256: 'volumes' },
    engine,
    runs,
    checkpointIterations: 2,
  }
}

/** A folder of the test's own, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-trainer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Everything in a run's folder that must be the same after an interruption, by path; `log.jsonl` without its seconds. */
export function runBytes(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  const visit = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const at = join(path, name)
      if (statSync(at).isDirectory()) visit(at)
      else if (name !== 'provenance.json')
        files[relative(folder, at)] = readFileSync(at).toString(name.endsWith('.safetensors') ? 'base64' : 'utf8')
    }
  }
  visit(folder)
  files['log.jsonl'] = (files['log.jsonl'] ?? '').replace(/,"seconds":[^}]*/g, '')
  return files
}
