import { readFileSync } from 'node:fs'
import { wasmEngine } from '@dualseg/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NetworksKit } from '../src/conformance/network-cases'
import { runNetworks } from '../src/conformance/networks'

const kit: unknown = JSON.parse(readFileSync(new URL('../fixtures/conformance/networks.json', import.meta.url), 'utf8'))

beforeAll(async () => {
  await wasmEngine.open()
})

describe('networks.json', () => {
  it.each(['vnet-f4', 'vnet-f16', 'resnet34', 'vnet-two-head-f4', 'mcnet-v2-f4', 'discriminator-ndf8'])(
    '%s agrees with PyTorch',
    async (name) => {
      const before = tf.memory().numTensors
      const [result] = await runNetworks(kit, { only: (candidate) => candidate === name })
      expect(result!.failed).toEqual([])
      expect(result!.passed).toBeGreaterThan(15)
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  it('names what does not agree', async () => {
    const changed = structuredClone(kit) as NetworksKit
    const entry = changed.networks.find(({ name }) => name === 'discriminator-ndf8')!
    entry.eval.logits!.value[1]! += 1e-4
    entry.train.loss *= 1.0001
    entry.train.gradients[4]!.l2 *= 1.002
    entry.train.inputGradients[0]!.value[3]! *= 3
    entry.tensors[6]![0] = 'conv9.weight'
    const [result] = await runNetworks(changed, { only: (name) => name === entry.name })
    expect(result!.failed.map((failure) => failure.case)).toEqual([
      'parameters',
      'eval logits',
      'loss',
      'gradient conv2.weight',
      'input gradient map',
    ])
    expect(result!.failed[0]).toMatchObject({ got: 'conv3.weight [32,16,4,4,4] convWeight', tolerance: 0 })
  })

  it('skips a kind it does not know, by name', async () => {
    const { formula, networks } = kit as { formula: object; networks: object[] }
    const [result] = await runNetworks({ formula, networks: [{ ...networks[0], kind: 'transformer' }] })
    expect(result!.skipped).toBe('kind transformer is not known')
  })
})
