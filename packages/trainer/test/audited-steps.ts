import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import {
  auditFaults,
  auditStep,
  createNetworks,
  iterationDraws,
  type Method,
  type StepSetting,
  stageStarts,
  type TrainingBatch,
  trainingBatch,
  trainingStep,
} from '../src'
import { patchOf } from './tiny-run'

export const SETTINGS = { filters: 2, classes: 2, dropout: 0.5, initialise: 'kaiming' as const }

/** Balls in noise, one a sample; with three classes the upper half of a ball is the third. A second channel sees the balls fainter, and noise of its own. */
export function ballBatch(method: Method, classes = 2, channelNames: readonly string[] = ['one']): TrainingBatch {
  const patch = patchOf(method.name)
  const channels = channelNames.length
  const batch = method.usesUnlabelled ? { labelled: 2, unlabelled: 2 } : { labelled: 2, unlabelled: 0 }
  const samples = batch.labelled + batch.unlabelled
  const voxels = patch[0] * patch[1] * patch[2]
  const label = new Uint8Array(batch.labelled * voxels)
  const image = random(7, 'test image', 0, 0).fillNormal(new Float32Array(samples * voxels * channels), 0, 0.5)
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < voxels; i++) {
      const inside = ((i >> 8) - 7 - sample) ** 2 + (((i >> 4) & 15) - 8) ** 2 + ((i & 15) - 6) ** 2 < 25
      if (!inside) continue
      for (let channel = 0; channel < channels; channel++) image[(sample * voxels + i) * channels + channel]! += 2 - channel
      if (sample < batch.labelled) label[sample * voxels + i] = classes > 2 && (i & 15) > 6 ? 2 : 1
    }
  }
  return trainingBatch({ image, label }, { batch, patch, channelNames: [...channelNames] })
}

export function setting(iteration: number): StepSetting {
  return { iteration, iterations: 100, rampEvery: 2.5, without: [], draws: iterationDraws(3, iteration) }
}

/** One iteration in each stage of a method; the last of them late enough for every ramp-up. */
export const stagesOf = (method: Method) => [...stageStarts(method, 100).slice(0, -1), 90]

/** In every stage, at three classes and two channels: a step, after which every term teaches the networks, and from the halves, that the method says. */
export async function holdsItsAudit(method: Method): Promise<void> {
  const channelNames = ['T1', 'FLAIR']
  const networks = createNetworks(method, { ...SETTINGS, classes: 3, channelNames }, 11)
  const batch = ballBatch(method, 3, channelNames)
  const terms = new Set<string>()
  for (const iteration of stagesOf(method)) {
    await trainingStep(method, networks, batch, { ...setting(iteration), rate: 0.01 })
    const report = await auditStep(method, networks, batch, setting(iteration))
    expect(auditFaults(report)).toEqual([])
    for (const term of Object.keys(report.terms)) terms.add(term)
  }
  expect([...terms].sort()).toEqual(Object.keys(method.audit).sort())
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
}
