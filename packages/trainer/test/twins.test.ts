import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
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
  supervisedTwin,
  trainingBatch,
  trainingStep,
  twinOf,
} from '../src'
import { openTestEngine } from './test-engine'

const PATCH = [32, 16, 16] as const
const VOXELS = PATCH[0] * PATCH[1] * PATCH[2]
const ITERATIONS = 100
const learners = [...methods.values()].filter(({ usesUnlabelled }) => usesUnlabelled)

/** Methods whose labelled samples share their batch norm with mixed or strongly changed ones. */
const OTHER_STATISTICS = ['ict', 'ad-mt']

/** The labelled samples are the same whatever else the batch holds. */
function ballBatch(others: 'none' | 'others' | 'copies' | 'copies in reverse') {
  const unlabelled = others === 'none' ? 0 : 2
  const samples = 2 + unlabelled
  const label = new Uint8Array(2 * VOXELS)
  const image = new Float32Array(samples * VOXELS)
  for (let sample = 0; sample < samples; sample++) {
    random(7, 'twin image', 0, sample).fillNormal(image.subarray(sample * VOXELS, (sample + 1) * VOXELS), 0, 0.5)
    for (let i = 0; i < VOXELS; i++) {
      const inside = ((i >> 8) - 7 - sample) ** 2 + (((i >> 4) & 15) - 8) ** 2 + ((i & 15) - 6) ** 2 < 25
      if (inside) image[sample * VOXELS + i]! += 2
      if (inside && sample < 2) label[sample * VOXELS + i] = 1
    }
  }
  const copied = { copies: [0, 1], 'copies in reverse': [1, 0] }[others as string] ?? []
  for (const [i, from] of copied.entries()) image.copyWithin((2 + i) * VOXELS, from * VOXELS, (from + 1) * VOXELS)
  return trainingBatch({ image, label }, { batch: { labelled: 2, unlabelled }, patch: PATCH })
}

function setting(iteration: number, protocol: 'common' | 'authors' = 'common'): StepSetting {
  return { iteration, iterations: ITERATIONS, rampEvery: 2.5, without: [], draws: iterationDraws(3, iteration), protocol }
}

const networksOf = (method: Method, dropout = 0.5) =>
  createNetworks(method, { filters: 2, classes: 2, dropout, initialise: 'kaiming' }, 11)

/** Two steps, one of them in the last stage; every weight and running statistic after them. */
async function trained(method: Method, protocol: 'common' | 'authors'): Promise<string> {
  const networks = networksOf(method)
  const batch = ballBatch('none')
  for (const iteration of [0, 90]) {
    await trainingStep(method, networks, batch, { ...setting(iteration, protocol), rate: 0.01 })
  }
  tf.dispose([batch.image, batch.labels])
  return weightsOf(networks)
}

async function weightsOf(networks: NetworkSet): Promise<string> {
  const states = await Promise.all(
    [...networks.byName.values()].map(async ({ name, network }) => {
      const state = await network.stateDict()
      return [...state].map(
        ([tensor, { data }]) =>
          `${name}/${tensor} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`,
      )
    }),
  )
  networks.dispose()
  return states.flat().join('\n')
}

beforeAll(async () => {
  await openTestEngine()
})

describe.each(learners.map((method) => [method.name, method] as const))('the supervised twin of %s', (_, method) => {
  const twin = supervisedTwin(method)

  it('trains on labelled samples alone, with the terms that its method has for them', async () => {
    const networks = networksOf(twin)
    const batch = ballBatch('none')
    const terms = new Set<string>()
    for (const iteration of [...stageStarts(method, ITERATIONS).slice(0, -1), 90]) {
      const before = tf.memory().numTensors
      await trainingStep(twin, networks, batch, { ...setting(iteration), rate: 0.01 })
      expect(tf.memory().numTensors).toBe(before)
      const report = await auditStep(twin, networks, batch, setting(iteration))
      expect(auditFaults(report)).toEqual([])
      expect(report.entries.filter(({ half, norm }) => half === 'unlabelled' && norm !== 0)).toEqual([])
      for (const name of Object.keys(report.terms)) terms.add(name)
    }
    const labelledOnly = Object.entries(method.audit).filter(([, pattern]) => {
      const halves = Object.values(pattern).flat()
      return halves.length > 0 && halves.every((half) => half === 'labelled')
    })
    expect([...terms].sort()).toEqual(labelledOnly.map(([name]) => name).sort())
    networks.dispose()
    tf.dispose([batch.image, batch.labels])
  })

  it('starts with the values of its method, and has the same labelled terms with the same weights', async () => {
    // Without dropout, and with copies of the labelled samples for unlabelled ones, batch norm sees the same in both but for rounding.
    const [own, ofMethod] = [networksOf(twin, 0), networksOf(method, 0)]
    for (const { name, network } of own.byName.values()) {
      expect(await network.stateDict()).toEqual(await ofMethod.get(name).network.stateDict())
    }
    const [alone, whole] = [ballBatch('none'), ballBatch(method.name === 'bcp' ? 'copies in reverse' : 'copies')]
    const ofTwin = await trainingStep(twin, own, alone, { ...setting(90), rate: 0 })
    const { terms, weights } = await trainingStep(method, ofMethod, whole, { ...setting(90), rate: 0 })
    expect(weights).toMatchObject(ofTwin.weights)
    if (!OTHER_STATISTICS.includes(method.name)) {
      for (const [name, value] of Object.entries(ofTwin.terms)) expect(terms[name], name).toBeCloseTo(value, 4)
    }
    own.dispose()
    ofMethod.dispose()
    tf.dispose([alone.image, alone.labels, whole.image, whole.labels])
  })

  it.each(['common', 'authors'] as const)(
    'is the same run as that of the method it shares it with, under %s',
    async (protocol) => {
      const shared = twinOf(method, protocol)!
      expect(methodNamed(shared.name).name).toBe(shared.name)
      if (shared.twinOf === method.name) return
      if (protocol === 'authors') expect(methods.get(shared.twinOf!)!.authors).toEqual(method.authors)
      expect(shared.predictWith).toEqual(twin.predictWith)
      expect(await trained(twin, protocol)).toBe(await trained(shared, protocol))
    },
  )
})

it.each(['bcp', 'sdcl'])('%s and its twin begin alike, bit for bit: labelled samples pass alone in either', async (name) => {
  const method = methodNamed(name)
  const twin = supervisedTwin(method)
  const [own, ofMethod] = [networksOf(twin), networksOf(method)]
  const [alone, whole] = [ballBatch('none'), ballBatch('others')]
  const ofTwin = await trainingStep(twin, own, alone, { ...setting(0), rate: 0.01 })
  const { terms } = await trainingStep(method, ofMethod, whole, { ...setting(0), rate: 0.01 })
  expect(ofTwin.terms).toEqual(terms)
  for (const { name: network } of own.byName.values()) {
    expect(await own.get(network).network.stateDict()).toEqual(await ofMethod.get(network).network.stateDict())
  }
  own.dispose()
  ofMethod.dispose()
  tf.dispose([alone.image, alone.labels, whole.image, whole.labels])
})

it('a method that learns from labelled samples alone has none', () => {
  expect(twinOf(methodNamed('supervised'), 'common')).toBeUndefined()
  expect(() => methodNamed('supervised-twin')).toThrow("method 'supervised-twin' does not exist")
})

it('leaves out networks and players that nothing trains', () => {
  expect(Object.keys(methodNamed('mt-twin').networks)).toEqual(['student'])
  expect(Object.keys(methodNamed('sassnet-twin').networks)).toEqual(['generator'])
  expect(methodNamed('sassnet-twin').phases.map(({ name }) => name)).toEqual(['segment'])
})

it('15 twins stand for the 23 methods that learn from unlabelled samples, under the common protocol', () => {
  expect(new Set(learners.map((method) => twinOf(method, 'common')!.name)).size).toBe(15)
})
