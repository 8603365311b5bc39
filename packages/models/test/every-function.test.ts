import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, PLAIN_SPOILS, spoiltCalls } from '../../kernels/test/spoiled-arguments'
import { TENSOR_SPOILS } from '../../kernels/test/spoiled-tensors'
import * as models from '../src'

type AnyFunction = (...given: unknown[]) => unknown

const { random } = models
const starting = (name: string) => random(1, name, 0, 0)
const draws = (purpose: string, sample: number) => random(2, purpose, 0, sample)
const created = { random: starting, initialise: 'kaiming', filters: 2, dropout: 0.5 }
const classifier = { ...created, classes: 2, channels: 1 }
const volume = () => tf.ones([2, 16, 16, 16, 1])
const forward = { training: true, random: draws, updateStatistics: false }
const network = models.vnet({ filters: 1, random: starting })
const entry = { shape: [3], data: new Float32Array(3) }
const state = () => new Map([['a', entry]])
const file = models.writeSafetensors(state())

/** Networks are made once: what is spoilt here is what they are given then. */
const made = {
  vnet: network,
  vnetTwoHead: models.vnetTwoHead({ filters: 1, random: starting }),
  discriminator: models.discriminator({ filters: 1, random: starting }),
  heads: models.featureHeads({ channels: 1, filters: 2, random: starting }),
}

/** A function and the arguments with which it works. */
type Call = [of: AnyFunction, ...given: unknown[]]

const CALLS: Record<string, () => Call> = {
  discriminator: () => [models.discriminator as AnyFunction, { ...created, classes: 2, mapChannels: 1, imageChannels: 1 }],
  engineShape: () => [models.engineShape as AnyFunction, [2, 3, 1, 1, 1]],
  featureHeads: () => [
    models.featureHeads as AnyFunction,
    { random: starting, initialise: 'kaiming', filters: 2, classes: 2, channels: 1 },
  ],
  halveWeights: () => [models.halveWeights as AnyFunction, file],
  loadWeights: () => [models.loadWeights as AnyFunction, { loadStateDict: () => undefined }, file],
  mcnet: () => [models.mcnet as AnyFunction, { ...classifier, decoders: 2 }],
  random: () => [random as AnyFunction, 1, 'crop', 0, 0],
  readSafetensors: () => [models.readSafetensors as AnyFunction, file],
  readSafetensorsMetadata: () => [models.readSafetensorsMetadata as AnyFunction, file],
  resnet34: () => [models.resnet34 as AnyFunction, classifier],
  // As the class that it is not: its members are nobody's to change.
  saveWeights: () => [models.saveWeights as AnyFunction, Object.assign(Object.create({}), network)],
  toEngineLayout: () => [models.toEngineLayout as AnyFunction, new Float32Array(6), [2, 3]],
  toTorchLayout: () => [models.toTorchLayout as AnyFunction, new Float32Array(6), [2, 3]],
  vnet: () => [models.vnet as AnyFunction, classifier],
  vnetPerturbed: () => [models.vnetPerturbed as AnyFunction, classifier],
  vnetPyramid: () => [models.vnetPyramid as AnyFunction, classifier],
  vnetTwoHead: () => [models.vnetTwoHead as AnyFunction, classifier],
  writeSafetensors: () => [models.writeSafetensors as AnyFunction, state(), { metadata: { format: 'pt' } }],
}

const MEMBERS: Record<string, () => Call> = {
  'network.forward': () => [made.vnet.forward as AnyFunction, volume(), forward],
  'two heads.forward': () => [made.vnetTwoHead.forward as AnyFunction, volume(), forward],
  'discriminator.forward': () => [
    made.discriminator.forward as AnyFunction,
    volume(),
    volume(),
    { training: true, random: draws },
  ],
  'heads.forward': () => [
    made.heads.forward as AnyFunction,
    volume(),
    { training: true, updateStatistics: false, head: 'projection' },
  ],
  'network.loadStateDict': () => [made.vnet.loadStateDict as AnyFunction, new Map(), { strict: false }],
  'network.macs': () => [made.vnet.macs as AnyFunction, [16, 16, 16]],
  'network.stateDict': () => [made.vnet.stateDict as AnyFunction, { batchCounters: true }],
}

/** What may stand in the place: options have defaults, a file's texts are anybody's, a shape's numbers may be others. */
const FINE = [
  /^0\.(initialise|filters|dropout|classes|channels|mapChannels|imageChannels|decoders): undefined$/,
  /^discriminator 0\.dropout/,
  /^network\.(loadStateDict|stateDict) .*: (undefined|an object)$/,
  /^(network|two heads|discriminator|heads)\.forward \d\.updateStatistics: undefined$/,
  /^discriminator\.forward 2\.random: undefined$/,
  /^engineShape 0: (an empty array|an array)$/,
  /^random 1: no text$/,
  /^writeSafetensors 1(\.metadata)?: (undefined|an object|another member)$/,
  /^writeSafetensors 1\.metadata\.format: /,
]

beforeAll(() => tf.setBackend('cpu'))
afterAll(() => {
  for (const one of Object.values(made)) one.dispose()
})

it('has a call of every function', () => {
  const functions = Object.entries(models).filter(([, one]) => typeof one === 'function')
  expect(Object.keys(CALLS).sort()).toEqual(functions.map(([name]) => name).sort())
})

describe.each(Object.entries({ ...CALLS, ...MEMBERS }))('%s', (name, call) => {
  it('takes what it is made for and refuses everything else in each place, in words', async () => {
    const [of, ...good] = call()
    tf.engine().startScope()
    expect(await codeOf(() => of(...good))).toBeUndefined()
    for (const { what, given } of spoiltCalls(good, [...PLAIN_SPOILS, ...TENSOR_SPOILS])) {
      const code = await codeOf(() => of(...given))
      const isFine = code === undefined && FINE.some((fine) => fine.test(what) || fine.test(`${name} ${what}`))
      if (!isFine) expect(code ?? 'nothing refused', `${name} ${what}`).toMatch(/^DUALSEG_(VALUE|SHAPE|USAGE|DATA)$/)
    }
    tf.engine().endScope()
  })
})
