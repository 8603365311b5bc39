import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DropoutRandom,
  discriminator,
  type ForwardOptions,
  featureHeads,
  mcnet,
  type NetworkBase,
  type NetworkOutput,
  resnet34,
  vnet,
  vnetPerturbed,
  vnetPyramid,
  vnetTwoHead,
} from '../src/index'

const starting = (name: string) => random(5, name, 0, 0)
const draws =
  (seed: number): DropoutRandom =>
  (purpose, sample) =>
    random(seed, purpose, 3, sample)
/** Two samples of the smallest volume, any numbers. */
const volume = (batch = 2, channels = 1) =>
  tf.tidy(() => tf.reshape(tf.sin(tf.range(0, batch * 4096 * channels)), [batch, 16, 16, 16, channels]) as tf.Tensor5D)
const flat = (output: NetworkOutput): tf.Tensor[] => Object.values(output).flat()

const MAKERS = {
  vnet: () => vnet({ filters: 2, random: starting }),
  resnet34: () => resnet34({ filters: 2, random: starting }),
  vnetTwoHead: () => vnetTwoHead({ filters: 2, random: starting }),
  vnetPyramid: () => vnetPyramid({ filters: 2, random: starting }),
  // With two filters, dropout now and then closes a whole decoder.
  mcnet: () => mcnet({ filters: 4, decoders: 3, random: starting }),
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('sizes', () => {
  const zeros = () => ({ ...random(1, 'unused', 0, 0), fillNormal: (v: Float32Array) => v, fillUniform: (v: Float32Array) => v })
  const options = { random: zeros }
  const macs = (network: NetworkBase<string, unknown>, patch: [number, number, number]) => network.macs(patch) / 1e9

  it.each([
    ['V-Net', () => vnet(options), 9_448_866, 5_600],
    ['V-Net with one class', () => vnet({ ...options, classes: 1 }), 9_448_849, 5_600],
    ['ResNet-34', () => resnet34(options), 17_930_354, 10_336],
    ['two-head V-Net', () => vnetTwoHead(options), 9_448_866, 5_600],
    ['V-Net with a pyramid of heads', () => vnetPyramid(options), 9_449_320, 5_600],
    ['V-Net with perturbed maps', () => vnetPerturbed(options), 9_448_866, 5_600],
    ['MC-Net', () => mcnet(options), 12_347_716, undefined],
    ['MC-Net+', () => mcnet({ ...options, decoders: 3 }), 15_246_566, undefined],
    ['discriminator', () => discriminator(options), 11_020_290, 0],
    // 32 of its two batch norms each, and of each class's.
    ['heads over features', () => featureHeads(options), 6_146, 256],
  ] as const)('%s has as many parameters and running values as the reference', (_, make, parameters, running) => {
    const network = make()
    expect(network.parameterCount).toBe(parameters)
    if (running !== undefined) expect(network.buffers.reduce((sum, b) => sum + b.variable.size, 0)).toBe(running)
    network.dispose()
  })

  it.each([
    ['V-Net', vnet, 9_443_266],
    // Without SDCL's second way down, which never runs: 25,293,106 less 7,373,088.
    ['ResNet-34', resnet34, 17_920_018],
  ] as const)('%s of instance normalisation has neither affine parameters nor running values', (_, make, parameters) => {
    const network = make({ ...options, normalise: 'instance' })
    expect([network.parameterCount, network.buffers]).toEqual([parameters, []])
    network.dispose()
  })

  it('normalises each sample by itself, in and out of training', () => {
    const network = vnet({ filters: 2, random: starting, normalise: 'instance', dropout: 0 })
    const pair = volume(2)
    const [first] = tf.split(pair, 2) as [tf.Tensor]
    const together = network.forward(pair, { training: true }).logits
    const alone = network.forward(first, { training: false }).logits
    const half = alone.size
    const ofBoth = together.dataSync()
    for (const [i, value] of alone.dataSync().entries()) expect(ofBoth[i]).toBeCloseTo(value, 5)
    expect(together.size).toBe(2 * half)
    expect(() => vnet({ random: starting, normalise: 'group' as 'batch' })).toThrow(
      "vnet: normalise 'group' is unknown; choose 'batch' or 'instance'",
    )
    network.dispose()
  })

  it.each([8, 32])('takes %i filters', (filters) => {
    const network = vnet({ ...options, filters })
    expect(network.tensors[0]!.torchShape).toEqual([filters, 1, 3, 3, 3])
    expect(network.tensors.at(-2)!.torchShape).toEqual([2, filters, 1, 1, 1])
    network.dispose()
  })

  it('has a distance map and a score for each foreground class', () => {
    const network = vnetTwoHead({ filters: 2, classes: 4, random: starting })
    const { sdm, logit } = network.forward(volume(1), { training: false })
    expect([sdm.shape, logit.shape]).toEqual([
      [1, 16, 16, 16, 3],
      [1, 16, 16, 16, 3],
    ])
    network.dispose()
    expect(() => vnetTwoHead({ filters: 2, classes: 1, random: starting })).toThrow(
      'vnetTwoHead: 1 class leaves no foreground to map',
    )
  })

  it('costs what was counted for the published patches, in GMAC', () => {
    const all = [vnet(options), resnet34(options), mcnet(options)] as const
    const [v, r, m] = all
    expect(macs(v, [112, 112, 80])).toBeCloseTo(40.1, 1)
    expect(macs(r, [112, 112, 80])).toBeCloseTo(72.7, 1)
    expect(macs(m, [112, 112, 80])).toBeCloseTo(87.8, 1)
    expect(macs(v, [32, 32, 32])).toBeCloseTo(1.31, 2)
    for (const network of all) network.dispose()
  })

  it('lists PyTorch names in PyTorch order', () => {
    const v = MAKERS.vnet()
    expect(v.tensors.slice(0, 8).map(({ name }) => name)).toEqual([
      'block_one.conv.0.weight',
      'block_one.conv.0.bias',
      'block_one.conv.1.weight',
      'block_one.conv.1.bias',
      'block_one.conv.1.running_mean',
      'block_one.conv.1.running_var',
      'block_one_dw.conv.0.weight',
      'block_one_dw.conv.0.bias',
    ])
    expect(v.parameters.at(-1)!.name).toBe('out_conv.bias')
    expect(v.buffers[0]).toMatchObject({ name: 'block_one.conv.1.running_mean', kind: 'bnMean' })
    v.dispose()
  })
})

describe('V-Net with perturbed maps', () => {
  it('perturbs as many of the last samples as it is told to, half of them if it is not told', () => {
    const network = vnetPerturbed({ filters: 2, random: (name) => random(1, name, 0, 0) })
    const x = volume()
    const counts = [undefined, 0, 1, 2].map((perturbed) => {
      const output = network.forward(x, { training: true, random: draws(1), ...(perturbed !== undefined && { perturbed }) })
      const shapes = output.perturbed.map(({ shape }) => shape[0])
      expect(output.logits.shape[0]).toBe(2)
      tf.dispose(flat(output))
      return shapes
    })
    expect(counts).toEqual([[1, 1], [], [1, 1], [2, 2]])
    expect(() => network.forward(x, { training: true, random: draws(1), perturbed: 0.5 })).toThrow('perturbed is 0.5')
    network.dispose()
    x.dispose()
  })

  it('is the only one that takes such a number', () => {
    const network = vnet({ filters: 2, random: (name) => random(1, name, 0, 0) })
    const x = volume()
    expect(() => network.forward(x, { training: false, perturbed: 1 })).toThrow('perturbed')
    network.dispose()
    x.dispose()
  })
})

describe.each(Object.entries(MAKERS))('%s', (_, make) => {
  let network: ReturnType<typeof make>
  let x: tf.Tensor5D
  beforeAll(() => {
    network = make()
    x = volume()
  })
  afterAll(() => {
    network.dispose()
    x.dispose()
  })
  const forward = (options: ForwardOptions): NetworkOutput => network.forward(x, options)
  const numbers = (options: ForwardOptions) => {
    const output = forward(options)
    const values = flat(output).map((tensor) => [...tensor.dataSync()])
    tf.dispose(flat(output))
    return values
  }

  it('returns finite maps of the input size', () => {
    const output = forward({ training: false })
    for (const map of flat(output)) {
      expect(map.shape.slice(0, 4)).toEqual([2, 16, 16, 16])
      expect(map.dataSync().every(Number.isFinite)).toBe(true)
    }
    tf.dispose(flat(output))
  })

  it('leaves nothing behind but its outputs', () => {
    const before = tf.memory().numTensors
    for (const options of [{ training: false }, { training: true, random: draws(1) }]) {
      const output = forward(options)
      expect(tf.memory().numTensors - before).toBe(flat(output).length)
      tf.dispose(flat(output))
    }
    expect(tf.memory().numTensors).toBe(before)
  })

  it('drops channels by purpose and sample only', () => {
    const first = numbers({ training: true, random: draws(1), updateStatistics: false })
    const again = numbers({ training: true, random: draws(1), updateStatistics: false })
    const other = numbers({ training: true, random: draws(2), updateStatistics: false })
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('moves its running statistics in training unless told not to', async () => {
    const read = async () => [...(await network.stateDict())].filter(([name]) => name.includes('running'))
    const before = await read()
    numbers({ training: false })
    numbers({ training: true, random: draws(1), updateStatistics: false })
    expect(await read()).toEqual(before)
    numbers({ training: true, random: draws(1) })
    const after = await read()
    for (const [i, [name, { data }]] of after.entries()) expect([...data], name).not.toEqual([...before[i]![1].data])
  })

  it('teaches every parameter and leaves no tensor behind a training step', () => {
    const variables = network.parameters.map(({ variable }) => variable)
    const step = () => {
      const { value, grads } = tf.variableGrads(() => {
        const maps = flat(forward({ training: true, random: draws(1) }))
        return tf.addN(maps.map((map) => tf.mean(tf.square(map)))) as tf.Scalar
      }, variables)
      const dead = network.parameters.filter(({ variable }) => grads[variable.name]!.dataSync().every((v) => v === 0))
      tf.dispose([value, ...Object.values(grads)])
      return dead.map(({ name }) => name)
    }
    const dead = step()
    const before = tf.memory()
    step()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
    // A bias in front of batch norm has a gradient of exactly zero; only the heads have none behind them.
    const biases = network.parameters.filter(({ name, kind }) => kind === 'bias' && !/out_conv|dsv/.test(name))
    expect(dead).toEqual(biases.map(({ name }) => name))
  })
})

describe('features', () => {
  it('are the same with and without the dropout behind them', () => {
    const network = resnet34({ filters: 2, random: starting })
    const x = volume()
    const read = (seed: number) => {
      const { features, logits } = network.forward(x, { training: true, random: draws(seed), updateStatistics: false })
      const values = [[...features.dataSync()], [...logits.dataSync()]]
      tf.dispose([features, logits])
      return values
    }
    const [first, second] = [read(1), read(2)]
    expect(second[0]).toEqual(first[0])
    expect(second[1]).not.toEqual(first[1])
    network.dispose()
    x.dispose()
  })
})

describe('vnetPyramid', () => {
  /** Which of the four score maps are the same in every voxel, the coarsest first, when every draw of dropout is this number. */
  const emptied = (draw: number) => {
    const network = vnetPyramid({ filters: 2, dropout: 0.5, random: starting })
    const x = volume()
    const { logits, coarser } = network.forward(x, {
      training: true,
      random: () => ({ ...draws(1)('', 0), uniform: () => draw }),
    })
    const isFlat = [...coarser.toReversed(), logits].map((map) => {
      const values = map.dataSync()
      return values.every((value, i) => Math.abs(value - values[i % 2]!) < 1e-6)
    })
    tf.dispose([logits, ...coarser, x])
    network.dispose()
    return isFlat
  }

  it.each([
    [0.6, [false, false, false, false]],
    [0.4, [true, false, false, false]],
    [0.25, [true, true, false, false]],
    [0.15, [true, true, true, false]],
    [0.05, [true, true, true, true]],
  ])('drops most in the coarsest map: 0.5, 0.3, 0.2, 0.1 (draw %d)', (draw, expected) => {
    expect(emptied(draw)).toEqual(expected)
  })
})

describe('discriminator', () => {
  it('judges a map beside its image, without leaving tensors', () => {
    const network = discriminator({ filters: 2, random: starting })
    const map = volume()
    const image = volume()
    const before = tf.memory().numTensors
    const { value, grads } = tf.variableGrads(
      () => tf.sum(tf.square(network.forward(map, image, { training: true, random: draws(1) }).logits)) as tf.Scalar,
      network.parameters.map(({ variable }) => variable),
    )
    for (const { name, variable } of network.parameters) {
      expect(
        grads[variable.name]!.dataSync().some((v) => v !== 0),
        name,
      ).toBe(true)
    }
    tf.dispose([value, ...Object.values(grads)])
    const { logits } = network.forward(map, image, { training: false })
    expect(logits.shape).toEqual([2, 2])
    logits.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(() => network.forward(map, volume(1), { training: false })).toThrow(
      'map [2,16,16,16,1] and image [1,16,16,16,1] differ in size',
    )
    network.dispose()
    expect(() => network.macs([16, 16, 20])).toThrow('has 20 voxels along z')
  })
})

describe('wrong input', () => {
  const network = () => vnet({ filters: 2, random: starting })
  it.each([
    [
      'a length that is no multiple of 16',
      tf.zeros([1, 16, 24, 16, 1]),
      '[1,16,24,16,1] has 24 voxels along y, expected a multiple of 16',
    ],
    ['another number of channels', tf.zeros([1, 16, 16, 16, 2]), 'has 2 channels, expected 1'],
    ['a volume without batch', tf.zeros([16, 16, 16, 1]), 'has 4 axes, expected [batch, x, y, z, 1]'],
    ['integers', tf.zeros([1, 16, 16, 16, 1], 'int32'), 'is int32, expected float32; cast it first'],
    ['an empty batch', tf.zeros([0, 16, 16, 16, 1]), 'has an empty batch'],
    ['an array', [1, 2, 3] as unknown as tf.Tensor, 'input is an array of 3, expected a tensor; make one with tf.tensor'],
  ])('refuses %s', (_, x, words) => {
    const v = network()
    expect(() => v.forward(x, { training: false })).toThrow(words)
    v.dispose()
  })

  it('refuses to train on one value a channel', () => {
    const v = network()
    const x = volume(1)
    const before = tf.memory().numTensors
    expect(() => v.forward(x, { training: true, random: draws(1) })).toThrow('batch norm needs two')
    expect(() => v.forward(x, { training: true })).toThrow('batch norm needs two')
    expect(tf.memory().numTensors).toBe(before)
    v.dispose()
  })

  it('refuses training without a random source, and statistics without training', () => {
    const v = network()
    const x = volume()
    expect(() => v.forward(x, { training: true })).toThrow('training with dropout 0.5 came without a random source')
    expect(() => v.forward(x, { training: false, updateStatistics: true })).toThrow('updateStatistics without training')
    v.dispose()
    expect(() => v.forward(x, { training: false })).toThrow('the network was disposed of')
  })

  it.each([
    [{ filters: 0 }, 'vnet: filters 0 is not a positive whole number'],
    [{ classes: 1.5 }, 'vnet: classes 1.5 is not a positive whole number'],
    [{ dropout: 1 }, 'vnet: dropout 1 is no probability below 1'],
    [
      { initialise: 'orthogonal' as 'default' },
      "initialise 'orthogonal' is unknown; choose one of 'kaiming', 'xavier', 'default'",
    ],
    [{ random: undefined as unknown as typeof starting }, 'vnet: random is undefined; pass (name) =>'],
  ])('refuses the options %o', (options, words) => {
    expect(() => vnet({ random: starting, ...options })).toThrow(words)
  })

  it('refuses a number of decoders that MC-Net never had', () => {
    expect(() => mcnet({ random: starting, decoders: 4 as 3 })).toThrow('decoders 4 is unknown; choose 2 (MC-Net) or 3 (MC-Net+)')
  })
})
