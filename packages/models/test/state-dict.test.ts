import { createHash } from 'node:crypto'
import { random } from '@dualseg/kernels/random'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FloatState, loadWeights, readSafetensors, saveWeights, vnet, writeSafetensors } from '../src/index'

const make = (seed: number) => vnet({ filters: 2, dropout: 0, random: (name) => random(seed, name, 0, 0) })
const volume = () => tf.tidy(() => tf.reshape(tf.sin(tf.range(0, 2 * 4096)), [2, 16, 16, 16, 1]) as tf.Tensor5D)
const WEIGHT = 'block_five_up.conv.0.weight'
const COUNTER = 'block_one.conv.1.num_batches_tracked'
/** Entry by entry as text: names, shapes and bits. Comparing arrays number by number would take seconds. */
const bits = (state: ReadonlyMap<string, { shape: number[]; data: Float32Array | BigInt64Array }>) =>
  [...state].map(([name, { shape, data }]) => {
    const hash = createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    return `${name} [${shape}] ${hash.digest('hex')}`
  })

let network: ReturnType<typeof make>
beforeEach(async () => {
  await tf.setBackend('cpu')
  network = make(1)
})
afterEach(() => network.dispose())

describe('stateDict', () => {
  it('has PyTorch names, shapes and layout', async () => {
    const state = await network.stateDict()
    expect([...state.keys()]).toEqual(network.tensors.map(({ name }) => name))
    const { shape, data } = state.get(WEIGHT)!
    expect(shape).toEqual([32, 16, 2, 2, 2])
    // torch (in 3, out 5, 1, 0, 1) is engine [1, 0, 1, 5, 3]
    const engine = network.tensors.find(({ name }) => name === WEIGHT)!.variable
    expect(engine.shape).toEqual([2, 2, 2, 16, 32])
    const at = (values: ArrayLike<number>, index: number[], sizes: number[]) =>
      values[index.reduce((sum, i, axis) => sum * sizes[axis]! + i, 0)]
    expect(at(data, [3, 5, 1, 0, 1], shape)).toBe(at(engine.dataSync(), [1, 0, 1, 5, 3], engine.shape))
  })

  it('starts the same from the same seed, whatever the engine layout', async () => {
    const twin = make(1)
    const other = make(2)
    expect(bits(await twin.stateDict())).toEqual(bits(await network.stateDict()))
    expect(bits(await other.stateDict())[0]).not.toEqual(bits(await network.stateDict())[0])
    twin.dispose()
    other.dispose()
  })

  it('counts batches like PyTorch when asked', async () => {
    const x = volume()
    tf.dispose(Object.values(network.forward(x, { training: true })))
    tf.dispose(Object.values(network.forward(x, { training: true, updateStatistics: false })))
    tf.dispose(Object.values(network.forward(x, { training: false })))
    x.dispose()
    const state = await network.stateDict({ batchCounters: true })
    expect(state.get(COUNTER)).toEqual({ shape: [], data: BigInt64Array.of(1n) })
    const names = [...state.keys()]
    expect(names[names.indexOf(COUNTER) - 1]).toBe('block_one.conv.1.running_var')
    expect(names.length).toBe(176 + 29)
  })

  it('stores the unbiased variance after one batch: 0.9 + 0.1 * n / (n - 1) * biased', async () => {
    const x = volume()
    // One convolution whose only tap is the centre with weight 1: its output is the input itself.
    const state = new Map(await network.stateDict())
    const weight = new Float32Array(2 * 27)
    weight[13] = 1
    state.set('block_one.conv.0.weight', { shape: [2, 1, 3, 3, 3], data: weight })
    state.set('block_one.conv.0.bias', { shape: [2], data: Float32Array.of(0.5, 0) })
    network.loadStateDict(state)
    tf.dispose(Object.values(network.forward(x, { training: true })))
    const values = [...x.dataSync()]
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    const unbiased = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1)
    const after = await network.stateDict()
    expect(after.get('block_one.conv.1.running_var')!.data[0]).toBeCloseTo(0.9 + 0.1 * unbiased, 6)
    expect(after.get('block_one.conv.1.running_mean')!.data[0]).toBeCloseTo(0.1 * (mean + 0.5), 6)
    x.dispose()
  })
})

describe('loadStateDict', () => {
  it('makes two networks equal, by a safetensors file', async () => {
    const other = make(2)
    const x = volume()
    tf.dispose(Object.values(network.forward(x, { training: true })))
    const before = tf.memory().numTensors
    loadWeights(other, await saveWeights(network))
    expect(tf.memory().numTensors).toBe(before)
    expect(bits(await other.stateDict({ batchCounters: true }))).toEqual(bits(await network.stateDict({ batchCounters: true })))
    const [a, b] = [network, other].map((net) => net.forward(x, { training: false }))
    expect(Buffer.from(b!.logits.dataSync().buffer).equals(Buffer.from(a!.logits.dataSync().buffer))).toBe(true)
    tf.dispose([x, a!.logits, a!.features, b!.logits, b!.features])
    other.dispose()
  })

  it('takes files without counters, as int64 they have PyTorch shape', async () => {
    const full = readSafetensors(await saveWeights(network))
    expect(full.get(COUNTER)).toEqual({ shape: [], data: BigInt64Array.of(0n) })
    loadWeights(network, writeSafetensors(await network.stateDict()))
  })

  type Change = (state: Map<string, { shape: number[]; data: Float32Array }>) => void
  const changes: [string, Change, string, string][] = [
    ['a missing tensor', (state) => state.delete(WEIGHT), `lacks ${WEIGHT}; load it into the network`, 'DUALSEG_VALUE'],
    [
      'an unknown tensor',
      (state) => state.set('extra.weight', { shape: [1], data: Float32Array.of(1) }),
      'has extra.weight, which this network does not know',
      'DUALSEG_VALUE',
    ],
    [
      'a state dict of another network',
      (state) => {
        for (const [name, entry] of [...state]) {
          state.delete(name)
          state.set(`module.${name}`, entry)
        }
      },
      'and 173 more',
      'DUALSEG_VALUE',
    ],
    [
      'a shape in the wrong layout',
      (state) => state.set(WEIGHT, { shape: [2, 2, 2, 16, 32], data: new Float32Array(4096) }),
      `${WEIGHT} came as [2,2,2,16,32] with 4096 values, expected [32,16,2,2,2] with 4096`,
      'DUALSEG_SHAPE',
    ],
    [
      'too few values',
      (state) => state.set('out_conv.bias', { shape: [2], data: Float32Array.of(1) }),
      'out_conv.bias came as [2] with 1 values',
      'DUALSEG_SHAPE',
    ],
    [
      'another number type',
      (state) => state.set('out_conv.bias', { shape: [2], data: new Float64Array(2) as unknown as Float32Array }),
      'out_conv.bias came as a Float64Array of 2, expected a Float32Array',
      'DUALSEG_VALUE',
    ],
    [
      'a counter that is no int64',
      (state) => state.set(COUNTER, { shape: [], data: Float32Array.of(1) }),
      `${COUNTER} came as a Float32Array of 1, expected a BigInt64Array`,
      'DUALSEG_VALUE',
    ],
  ]
  it.each(changes)('refuses %s and changes nothing', async (_, change, words, code) => {
    const other = make(2)
    const state = new Map(await other.stateDict())
    change(state)
    const before = bits(await network.stateDict())
    expect(() => network.loadStateDict(state)).toThrow(words)
    expect(() => network.loadStateDict(state)).toThrow(expect.objectContaining({ code }))
    expect(bits(await network.stateDict())).toEqual(before)
    other.dispose()
  })

  it('takes over what fits when not strict', async () => {
    const state = new Map<string, FloatState>([
      ['out_conv.bias', { shape: [2], data: Float32Array.of(3, 4) }],
      ['unknown', { shape: [1], data: Float32Array.of(5) }],
    ])
    network.loadStateDict(state, { strict: false })
    expect([...(await network.stateDict()).get('out_conv.bias')!.data]).toEqual([3, 4])
  })
})
