import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  auditFaults,
  auditStep,
  createNetworks,
  iterationDraws,
  type Method,
  methodNamed,
  methods,
  type NetworkSet,
  type StepSetting,
  stageStarts,
  type TrainingBatch,
  trainingBatch,
  trainingStep,
} from '../src'
import { openTestEngine } from './test-engine'

const PATCH = [16, 16, 16] as const
/** Of methods that pass one sample at a time: at 1/16 batch norm would see one value. */
const LARGER_PATCH = [32, 16, 16] as const
const SETTINGS = { filters: 2, classes: 2, dropout: 0.5, initialise: 'kaiming' as const }

/** V-Net is ahead with the starting values of the first, ResNet-34 with those of the second. */
const SEEDS = [11, 13]

const LARGER = ['ict', 'bcp', 'sdcl']

/** Balls in noise, one a sample; with three classes the upper half of a ball is the third. */
function ballBatch(method: Method, classes = 2): TrainingBatch {
  const patch = LARGER.includes(method.name) ? LARGER_PATCH : PATCH
  const batch = method.usesUnlabelled ? { labelled: 2, unlabelled: 2 } : { labelled: 2, unlabelled: 0 }
  const samples = batch.labelled + batch.unlabelled
  const voxels = patch[0] * patch[1] * patch[2]
  const label = new Uint8Array(batch.labelled * voxels)
  const image = random(7, 'test image', 0, 0).fillNormal(new Float32Array(samples * voxels), 0, 0.5)
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < voxels; i++) {
      const inside = ((i >> 8) - 7 - sample) ** 2 + (((i >> 4) & 15) - 8) ** 2 + ((i & 15) - 6) ** 2 < 25
      if (inside) image[sample * voxels + i]! += 2
      if (inside && sample < batch.labelled) label[sample * voxels + i] = classes > 2 && (i & 15) > 6 ? 2 : 1
    }
  }
  return trainingBatch({ image, label }, { batch, patch })
}

function setting(iteration: number): StepSetting {
  return { iteration, iterations: 100, rampEvery: 2.5, without: [], draws: iterationDraws(3, iteration) }
}

/** One iteration in each stage of a method; the last of them late enough for every ramp-up. */
const stagesOf = (method: Method) => [...stageStarts(method, 100).slice(0, -1), 90]

beforeAll(async () => {
  await openTestEngine()
})

describe.each([...methods.values()].map((method) => [method.name, method] as const))('%s', (_, method) => {
  let networks: NetworkSet
  let batch: TrainingBatch
  beforeAll(() => {
    networks = createNetworks(method, SETTINGS, 11)
    batch = ballBatch(method)
  })
  afterAll(() => {
    networks.dispose()
    tf.dispose([batch.image, batch.labels])
  })

  it('leaves nothing behind in a step', async () => {
    await trainingStep(method, networks, batch, { ...setting(0), rate: 0.01 })
    const before = tf.memory()
    for (const iteration of [1, 2, ...stageStarts(method, 100).slice(1)])
      await trainingStep(method, networks, batch, { ...setting(iteration), rate: 0.01 })
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
  })

  it('teaches with every term exactly the networks, and from exactly the halves, that it says', async () => {
    const terms = new Set<string>()
    for (const iteration of stagesOf(method)) {
      const report = await auditStep(method, networks, batch, setting(iteration))
      expect(auditFaults(report)).toEqual([])
      for (const name of Object.keys(report.terms)) terms.add(name)
    }
    expect([...terms].sort()).toEqual(Object.keys(method.audit).sort())
  })
})

it.each([...methods.keys()])('%s teaches on three classes what it says', async (name) => {
  const method = methodNamed(name)
  const networks = createNetworks(method, { ...SETTINGS, classes: 3 }, 11)
  const batch = ballBatch(method, 3)
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
})

it('changes nothing when it is audited', async () => {
  const method = methodNamed('sassnet')
  const networks = createNetworks(method, SETTINGS, 11)
  const batch = ballBatch(method)
  const state = () => Promise.all([...networks.byName.values()].map(({ network }) => network.stateDict({ batchCounters: true })))
  const before = await state()
  await auditStep(method, networks, batch, setting(90))
  expect(await state()).toEqual(before)
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
})

describe.each(['mcf', 'luseg', 'dualnet', 'luseg-released', 'dualnet-released'])('%s', (name) => {
  it('teaches what it says whichever network is ahead', async () => {
    const method = methodNamed(name)
    const batch = ballBatch(method)
    const winners = new Set<number>()
    for (const seed of SEEDS) {
      const networks = createNetworks(method, SETTINGS, seed)
      const report = await auditStep(method, networks, batch, setting(90))
      winners.add(report.terms.winner!.value)
      expect(auditFaults(report)).toEqual([])
      networks.dispose()
    }
    expect([...winners].sort()).toEqual([0, 1])
    tf.dispose([batch.image, batch.labels])
  })
})

it('DualNet drops the terms that are switched off, and their gradients', async () => {
  const method = methodNamed('dualnet')
  const networks = createNetworks(method, SETTINGS, 11)
  const batch = ballBatch(method)
  const report = await auditStep(method, networks, batch, { ...setting(90), without: Object.keys(method.switches) })
  expect(Object.keys(report.terms)).toEqual(['vnet.ce', 'vnet.dice', 'resnet.ce', 'resnet.dice', 'winner'])
  expect(report.entries.filter(({ half, norm }) => half === 'unlabelled' && norm !== 0)).toEqual([])
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
})

it('an EMA teacher is its student after the first step, and moves by a hundredth late in training', async () => {
  const method = methodNamed('mt')
  const networks = createNetworks(method, SETTINGS, 11)
  const batch = ballBatch(method)
  const first = async (name: string) => (await networks.get(name).network.parameters[0]!.variable.data()).slice()
  await trainingStep(method, networks, batch, { ...setting(0), rate: 0.01 })
  expect(await first('teacher')).toEqual(await first('student'))
  const teacher = await first('teacher')
  await trainingStep(method, networks, batch, { ...setting(500), rate: 0.01 })
  const student = await first('student')
  ;(await first('teacher')).forEach((value, i) => {
    expect(value).toBeCloseTo(0.99 * teacher[i]! + 0.01 * student[i]!, 6)
  })
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
})

it('a stage that follows another begins with resting optimisers, and with teachers that are copies of their students', async () => {
  const method = methodNamed('bcp')
  const networks = createNetworks(method, SETTINGS, 11)
  const batch = ballBatch(method)
  const start = stageStarts(method, 100)[1]!
  for (const iteration of [0, 1]) await trainingStep(method, networks, batch, { ...setting(iteration), rate: 0.01 })
  const values = async (name: string) => networks.get(name).network.stateDict({ batchCounters: true })
  const velocity = () => networks.get('student').memories[0]!.variables[0]!.dataSync().slice()
  const student = await values('student')
  const running = velocity()
  expect((await values('teacher')).get('block_one.conv.1.running_mean')).not.toEqual(student.get('block_one.conv.1.running_mean'))
  await trainingStep(method, networks, batch, { ...setting(start), rate: 0 })
  // At a rate of 0 the teacher is averaged with what it is a copy of; the two have passed other volumes since.
  const after = await values('teacher')
  for (const name of ['block_one.conv.0.weight', 'out_conv.bias']) {
    for (const [i, value] of after.get(name)!.data.entries())
      expect(value, name).toBeCloseTo(Number(student.get(name)!.data[i]), 6)
  }
  expect(after.get('block_one.conv.1.num_batches_tracked')!.data[0]).toBe(
    (student.get('block_one.conv.1.num_batches_tracked')!.data[0] as bigint) + 2n,
  )
  const rested = velocity()
  expect(rested).not.toEqual(running)
  // What SGD remembers after one step from rest is that step's gradient alone.
  let gradient: Float32Array | undefined
  await trainingStep(method, networks, batch, {
    ...setting(start),
    rate: 0,
    seeGradients: (name, all) => {
      if (name === 'student') gradient = (all[0]!.dataSync() as Float32Array).slice()
    },
  })
  const weights = (await networks.get('student').network.parameters[0]!.variable.data()) as Float32Array
  for (const [i, value] of velocity().entries()) expect(value).toBeCloseTo(gradient![i]! + 1e-4 * weights[i]!, 6)
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
})

it('of two teachers that take turns one moves in a step, with its batch-norm statistics', async () => {
  const method = methodNamed('ad-mt')
  const networks = createNetworks(method, SETTINGS, 11)
  const batch = ballBatch(method)
  const values = async (name: string) => {
    const tensors = [...(await networks.get(name).network.stateDict()).values()]
    return Buffer.concat(tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)))
  }
  const seen = new Set<number>()
  for (const iteration of [0, 1, 20, 40, 60, 80]) {
    const before = { 1: await values('teacher1'), 2: await values('teacher2') }
    const { noted } = await trainingStep(method, networks, batch, { ...setting(iteration), rate: 0.01 })
    const turn = noted.teacher as 1 | 2
    seen.add(turn)
    const student = await values('student')
    // A copy in the first 80 steps, of its running statistics too; the other stays as it is, for it passed in evaluation mode.
    expect((await values(`teacher${turn}`)).equals(student)).toBe(true)
    expect((await values(`teacher${3 - turn}`)).equals(before[(3 - turn) as 1 | 2])).toBe(true)
  }
  expect([...seen].sort()).toEqual([1, 2])
  networks.dispose()
  tf.dispose([batch.image, batch.labels])
})
