import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  auditFaults,
  auditStep,
  createNetworks,
  methodNamed,
  methods,
  type NetworkSet,
  stageStarts,
  type TrainingBatch,
  trainingStep,
} from '../src'
import { ballBatch, holdsItsAudit, SETTINGS, setting, stagesOf } from './audited-steps'
import { openTestEngine } from './test-engine'

/** V-Net is ahead with the starting values of the first, ResNet-34 with those of the second. */
const SEEDS = [11, 13]

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

it.each([...methods.keys()])('%s teaches on three classes and two channels what it says', (name) =>
  holdsItsAudit(methodNamed(name)),
)

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
