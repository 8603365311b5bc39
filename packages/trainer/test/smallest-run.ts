import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { random } from '@dualseg/kernels/random'
import type { Network } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import { networkCore } from '../../models/src/assemble-network'
import { NetworkBuilder } from '../../models/src/network-builder'
import { COMMON_PROTOCOL, type EngineIdentity, type Method, type RunPlan, resolveSettings, SGD, storeData } from '../src'
import type { NetworkSettings } from '../src/methods/definition/networks-of-a-method'
import { meanTeacher } from '../src/methods/mean-teacher'

/** One 1x1x1 convolution: four numbers. */
function pointwise({ classes, initialise, filters, dropout, random: draw }: NetworkSettings): Network {
  const builder = new NetworkBuilder(initialise, draw)
  const { filter, bias } = builder.convolution('head', { inChannels: 1, outChannels: classes, kernel: 1, level: 0 })
  const { base, run } = networkCore('vnet', { initialise, filters, dropout, channels: 1 }, builder)
  return {
    ...base,
    forward: (image, options) =>
      // Its only input channel times a number a class is the convolution.
      run(options, () => ({ logits: tf.add<tf.Tensor5D>(tf.mul(image, filter), bias!) })),
  }
}

/**
 * Mean Teacher over networks of four numbers: a momentum, a teacher and noise, all that a resumed run could get wrong, in some milliseconds a run. For
 * tests that need thousands of them.
 */
export const smallest: Method = {
  ...(meanTeacher as unknown as Method),
  name: 'smallest',
  networks: {
    student: { kind: 'custom', optimiser: SGD, create: pointwise },
    teacher: { kind: 'custom', ema: { of: 'student', decay: 0.99 }, create: pointwise },
  },
}

export const SMALLEST_ITERATIONS = 4

const FOLD = { fold: 0, labelled: ['A'], unlabelled: ['B'], test: ['C', 'D'] }

/** A bright block in noise, 5 x 4 x 6 voxels. */
export function smallestCase(id: string): Case {
  const stream = random(5, `smallest case ${id}`, 0, 0)
  const size: [number, number, number] = [5, 4, 6]
  const image = stream.fillNormal(new Float32Array(120), 0, 0.5)
  const label = Uint8Array.from(image, (_, at) => Number(at % 5 > 1 && at > 40))
  for (const [at, value] of label.entries()) image[at]! += 2 * value
  const grid = { size, spacing: [1, 1, 1] as [number, number, number] }
  return { id, image: { ...grid, data: image }, label: { ...grid, data: label } }
}

/** @param runs the folder of all runs */
export async function smallestPlan(engine: EngineIdentity): Promise<(runs: string) => RunPlan> {
  const profile = {
    ...{ name: 'smallest', reduce: 1, patch: [4, 4, 4] as const, stride: [4, 4, 4] as const, filters: 1, dropout: 0.5 },
    ...{ windowBatch: 8, iterations: SMALLEST_ITERATIONS, rampEvery: 0.1, supervisedBatch: 1 },
    learningRate: { kind: 'constant', rate: 0.05 } as const,
    batch: { labelled: 1, unlabelled: 1 },
  }
  const store = new CaseStore({ kind: 'memory', cases: ['A', 'B', 'C', 'D'].map(smallestCase) }, { threads: 0 })
  await store.load(FOLD)
  const data = storeData(store, FOLD, { worker: false })
  return (runs) => ({
    method: smallest,
    settings: resolveSettings(smallest, profile, COMMON_PROTOCOL),
    fold: 0,
    seed: 1,
    labelledCases: FOLD.labelled.length,
    data,
    dataIdentity: { dataset: 'smallest', listsSha256: 'lists', volumesSha256: 'volumes' },
    engine,
    runs,
    checkpointIterations: 2,
  })
}

/** A folder in memory where the system has one: a run waits for the disk some twenty times, and these tests do thousands. */
export function quickFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dualseg-trainer-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
