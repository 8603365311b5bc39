import { onnxModel } from '@dualseg/onnx'
import { createNetworks, methods, useEngine } from '@dualseg/trainer'
import { beforeAll, expect, it } from 'vitest'
import { predictingNetwork } from '../../packages/trainer/src/prediction/predicting-network'

beforeAll(async () => {
  await useEngine('cpu')
})

it.each([...methods.values()])(
  '$name: what it predicts with can be written as ONNX, for one class and for two',
  async (method) => {
    for (const classes of [2, 3]) {
      const networks = createNetworks(method, { filters: 2, classes, dropout: 0.5, initialise: 'kaiming' }, 1)
      for (const predictor of method.predictWith) {
        const { network, score } = predictingNetwork(networks, predictor)
        const bytes = await onnxModel(network, (image) => ({ ...score(image) }))
        expect(bytes.length).toBeGreaterThan(100_000)
      }
      networks.dispose()
    }
  },
)
