import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  auditFaults,
  auditStep,
  createNetworks,
  iterationDraws,
  type Method,
  mcNetPlus,
  methods,
  type NetworkSet,
  type TrainingBatch,
  trainingBatch,
  trainingStep,
} from '../src'
import { openTestEngine } from './test-engine'

const PATCH = [16, 16, 16] as const
const SETTINGS = { filters: 2, classes: 2, dropout: 0.5, initialise: 'kaiming' as const }

function batchOf(method: Method): TrainingBatch {
  const batch = method.usesUnlabelled ? { labelled: 2, unlabelled: 2 } : { labelled: 2, unlabelled: 0 }
  const samples = batch.labelled + batch.unlabelled
  const voxels = 16 ** 3
  const label = new Uint8Array(batch.labelled * voxels)
  const image = random(7, 'test image', 0, 0).fillNormal(new Float32Array(samples * voxels), 0, 0.5)
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < voxels; i++) {
      const [x, y, z] = [i >> 8, (i >> 4) & 15, i & 15]
      const inside = (x - 7 - sample) ** 2 + (y - 8) ** 2 + (z - 6) ** 2 < 25
      if (inside) image[sample * voxels + i]! += 2
      if (inside && sample < batch.labelled) label[sample * voxels + i] = 1
    }
  }
  return trainingBatch({ image, label }, { batch, patch: PATCH })
}

function setting(iteration: number) {
  return { iteration, iterations: 100, rampEvery: 2.5, without: [], draws: iterationDraws(3, iteration) }
}

beforeAll(openTestEngine)

describe.each([...methods.values(), mcNetPlus].map((method) => [method.name, method] as const))('%s', (_, method) => {
  let networks: NetworkSet
  let batch: TrainingBatch
  beforeAll(async () => {
    networks = createNetworks(method, SETTINGS, 11)
    batch = batchOf(method)
  })
  afterAll(() => networks.dispose())

  it('leaves no tensor behind in a step', async () => {
    await trainingStep(method, networks, batch, { ...setting(0), rate: 0.01 })
    const before = tf.memory().numTensors
    const report = await trainingStep(method, networks, batch, { ...setting(1), rate: 0.01 })
    console.log(method.name, JSON.stringify(report))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('teaches with every term exactly the networks and from exactly the halves that it says', async () => {
    const report = await auditStep(method, networks, batch, setting(90))
    expect(auditFaults(report)).toEqual([])
    expect(Object.keys(report.terms).sort()).toEqual(Object.keys(method.audit).sort())
  })
})
