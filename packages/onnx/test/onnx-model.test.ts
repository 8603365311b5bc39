import { fromBinary } from '@bufbuild/protobuf'
import { random } from '@dualseg/kernels/random'
import { mcnet, type Network, resnet34, vnet } from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPERATOR_SET, onnxModel } from '../src/index'
import { ModelProtoSchema } from '../src/onnx.generated'
import type { Forward } from '../src/record-graph'

const options = { filters: 2, dropout: 0, random: (name: string) => random(5, name, 0, 0) }

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('the file', () => {
  const network = () => mcnet({ ...options, classes: 3, channels: 2 })
  const first = (made: Network): Forward => {
    return (image) => ({ logits: made.forward(image, { training: false }).decoders![0]! })
  }

  it('states operators, names, axes of any length and what it is given to keep', async () => {
    const made = network()
    const written = await onnxModel(made, first(made), {
      metadata: { classes: '["left","right"]' },
      description: 'two organs',
      producer: { name: 'lab', version: '3' },
    })
    const model = fromBinary(ModelProtoSchema, written)
    expect(model).toMatchObject({ irVersion: 8n, producerName: 'lab', producerVersion: '3', docString: 'two organs' })
    expect(model.opsetImport).toMatchObject([{ domain: '', version: BigInt(OPERATOR_SET) }])
    expect(model.metadataProps).toMatchObject([{ key: 'classes', value: '["left","right"]' }])
    const axes = ([info]: NonNullable<typeof model.graph>['input']) =>
      info!.type!.value.case === 'tensorType' && [
        info!.name,
        ...info!.type!.value.value.shape!.dim.map(({ value }) => value.value),
      ]
    expect(axes(model.graph!.input)).toEqual(['image', 'batch', 2n, 'x', 'y', 'z'])
    expect(axes(model.graph!.output)).toEqual(['logits', 'batch', 3n, 'x', 'y', 'z'])
  })

  it('keeps the weights that its outputs need, under their names and in their layout, and no others', async () => {
    const made = network()
    const state = await made.stateDict()
    const { graph } = fromBinary(ModelProtoSchema, await onnxModel(made, first(made)))
    const needed = [...state].filter(([name]) => !name.startsWith('decoder2.'))
    expect(graph!.initializer.map(({ name }) => name)).toEqual(needed.map(([name]) => name))
    for (const { name, dims, rawData } of graph!.initializer) {
      const { shape, data } = state.get(name)!
      expect(dims.map(Number)).toEqual(shape)
      expect(Buffer.from(rawData!).equals(Buffer.from(data.buffer, data.byteOffset, data.byteLength))).toBe(true)
    }
  })

  it('is the same, byte for byte, whenever it is written', async () => {
    const made = network()
    const [one, other] = [await onnxModel(made, first(made)), await onnxModel(made, first(made))]
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true)
  })
})

describe('what cannot be written as a graph is refused, and nothing is left behind', () => {
  const made: Record<string, Network> = {}
  const logits = (image: tf.Tensor5D) => made.vnet!.forward(image, { training: false }).logits!
  const kernel = (name: string, inputs: tf.NamedTensorMap, attrs = {}) =>
    tf.engine().runKernel(name, inputs, attrs) as tf.Tensor5D

  beforeAll(() => {
    made.vnet = vnet(options)
    made.other = vnet(options)
    made.perSample = resnet34({ ...options, normalise: 'instance' })
  })

  const refusals: readonly (readonly [string, Forward, string])[] = [
    ['a kernel without an operator', (image) => ({ map: tf.sin(logits(image)) }), 'calls Sin, for which no operator is known'],
    [
      'statistics of a batch',
      (image) => ({ map: made.vnet!.forward(image, { training: true, updateStatistics: false }).logits! }),
      ', for which no operator is known here; known are DualSegConv3d, ',
    ],
    [
      'each sample normalised by itself',
      (image) => ({ map: made.perSample!.forward(image, { training: false }).logits! }),
      'makes a tensor [2] of its own',
    ],
    [
      'parts of another network',
      (image) => ({ map: made.other!.forward(image, { training: false }).logits! }),
      "takes a filter or vector [3,3,3,1,2] that is none of the network's tensors",
    ],
    [
      'a value read on the way',
      (image) => ({ map: logits(image).dataSync()[0]! > 0 ? image : image }),
      'reads values in its middle',
    ],
    [
      'maps joined',
      (image) => ({ map: tf.concat([logits(image), image], 4) as tf.Tensor5D }),
      'joins what is no channel of zeros and a map',
    ],
    [
      'zeros that are added',
      (image) => ({ map: tf.add(logits(image), tf.zeros([1])) as tf.Tensor5D }),
      'expected maps of one shape',
    ],
    [
      'what depends on the number of samples',
      (image) => ({ map: image.shape[0] === 1 ? logits(image) : tf.tanh(logits(image)) }),
      "depends on the image's size or the number of samples",
    ],
    [
      'softmax along x',
      (image) => ({ map: kernel('Softmax', { logits: logits(image) }, { dim: 1 }) }),
      'is over axis 1, expected the channels',
    ],
    ['a sum of unlike maps', (image) => ({ map: tf.add(logits(image), image) as tf.Tensor5D }), 'expected maps of one shape'],
    [
      'a map of another size',
      (image) => ({ map: kernel('DualSegUpsampleNearest', { x: image }) }),
      "output 'map' is [1,32,64,96,1] for an image of [1,16,32,48,1]",
    ],
  ]

  it.each(refusals)('%s', async (_, forward, words) => {
    const { numTensors } = tf.memory()
    await expect(onnxModel(made.vnet!, forward)).rejects.toMatchObject({
      code: 'DUALSEG_ONNX',
      message: expect.stringContaining(words),
    })
    expect(tf.getBackend()).toBe('cpu')
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('wrong arguments', async () => {
    const refused = (message: string) => ({ code: 'DUALSEG_VALUE', message: expect.stringContaining(message) })
    await expect(onnxModel(undefined as never, logits as never)).rejects.toMatchObject(refused('network is undefined'))
    await expect(onnxModel(made.vnet!, 5 as never)).rejects.toMatchObject(refused('forward is 5, expected (image) =>'))
    await expect(onnxModel(made.vnet!, logits as never, { metdata: {} } as never)).rejects.toMatchObject(
      refused("options has 'metdata'"),
    )
  })
})
