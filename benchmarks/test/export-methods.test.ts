import { random } from '@dualseg/kernels/random'
import { onnxModel } from '@dualseg/onnx'
import { createNetworks, methods, useEngine } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { beforeAll, expect, it } from 'vitest'
import { predictingNetwork } from '../../packages/trainer/src/prediction/predicting-network'

beforeAll(async () => {
  await useEngine('wasm', { threads: 1 })
})

const SETTINGS = { filters: 2, dropout: 0.5, initialise: 'kaiming' } as const
const SIZE = [32, 16, 16] as const

it.each([
  { classes: 2, channelNames: ['image'] },
  { classes: 3, channelNames: ['T1', 'FLAIR'] },
])('what every method predicts with has the scores in ONNX that it has here: %o', async (data) => {
  const channels = data.channelNames.length
  const values = random(3, 'image', 0, 0).fillNormal(new Float32Array(channels * SIZE[0] * SIZE[1] * SIZE[2]), 0, 1)
  const image = tf.tidy(() => tf.transpose(tf.tensor5d(values, [1, channels, ...SIZE]), [0, 2, 3, 4, 1]))
  // Methods share their networks: one of each kind, with one of its outputs, is enough.
  const seen = new Set<string>()
  for (const method of methods.values()) {
    for (const predictor of method.predictWith) {
      const kind = JSON.stringify([method.networks[predictor.network]!.kind, predictor.output])
      if (seen.has(kind)) continue
      seen.add(kind)
      const networks = createNetworks(method, { ...SETTINGS, ...data }, 1)
      const { network, score } = predictingNetwork(networks, predictor)
      const session = await InferenceSession.create(await onnxModel(network, (given) => ({ ...score(given) })))
      const theirs = await session.run({ image: new Tensor('float32', values, [1, channels, ...SIZE]) })
      const ours = tf.tidy(() =>
        Object.fromEntries(
          Object.entries(score(image)).map(([name, map]) => [name, tf.transpose(map as tf.Tensor, [0, 4, 1, 2, 3]).dataSync()]),
        ),
      )
      for (const name of ['logits', 'probs']) {
        const [own, other] = [ours[name] as Float32Array, theirs[name]!.data as Float32Array]
        expect(other.length, `${method.name} ${name}`).toBe(own.length)
        const apart = own.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0)
        expect(apart, `${method.name} ${name}`).toBeLessThan(1e-4)
      }
      await session.release()
      networks.dispose()
    }
  }
  expect(seen.size).toBeGreaterThan(4)
  image.dispose()
})
