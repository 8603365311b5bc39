import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTestEngine } from '../../test/test-engine'
import { methodNamed } from '../methods'
import { createNetworks } from '../training/create-networks'
import { networkPredictor } from './predict-windows'

const PATCH = [16, 16, 16] as const
const VOXELS = 16 ** 3

beforeAll(async () => {
  await openTestEngine()
})

function networksOf(method: string) {
  return createNetworks(methodNamed(method), { filters: 2, classes: 2, dropout: 0.5, initialise: 'kaiming' }, 3)
}

const windows = Float32Array.from({ length: 2 * VOXELS }, (_, i) => Math.sin(i * 0.37))

describe('networkPredictor', () => {
  it('gives the mean of both softmaxes of a method with two networks, and leaves no tensor behind', async () => {
    const networks = networksOf('mcf')
    const before = tf.memory().numTensors
    const probs = await networkPredictor(networks, methodNamed('mcf').predictWith, PATCH)(windows, 2)
    expect(tf.memory().numTensors).toBe(before)
    const alone = await Promise.all(
      ['vnet', 'resnet'].map((network) => networkPredictor(networks, [{ network, output: 'logits' }], PATCH)(windows, 2)),
    )
    probs.forEach((value, i) => {
      expect(value).toBeCloseTo((alone[0]![i]! + alone[1]![i]!) / 2, 6)
    })
    for (let i = 0; i < probs.length; i += 2) expect(probs[i]! + probs[i + 1]!).toBeCloseTo(1, 6)
    networks.dispose()
  })

  it('takes the sigmoid of a logit head', async () => {
    const networks = networksOf('dtc')
    const probs = await networkPredictor(networks, methodNamed('dtc').predictWith, PATCH)(windows, 2)
    expect(probs.length).toBe(2 * VOXELS)
    expect(probs.every((value) => value > 0 && value < 1)).toBe(true)
    networks.dispose()
  })

  it('gives each window the same bits alone and in a batch', async () => {
    const networks = networksOf('supervised')
    const predict = networkPredictor(networks, methodNamed('supervised').predictWith, PATCH)
    const both = await predict(windows, 2)
    const one = await predict(windows.slice(0, VOXELS), 1)
    expect(both.slice(0, one.length)).toEqual(one)
    networks.dispose()
  })

  it('averages over mirrorings if asked, so that a mirrored window gives the mirrored map', async () => {
    const networks = networksOf('supervised')
    const predict = networkPredictor(networks, methodNamed('supervised').predictWith, PATCH, { mirror: [0, 1, 2] })
    const window = windows.slice(0, VOXELS)
    const turned = (map: Float32Array, channels: number) =>
      tf.tidy(() => tf.reverse(tf.tensor(map, [16, 16, 16, channels]), [0, 2]).dataSync()) as Float32Array
    const expected = turned(await predict(window, 1), 2)
    const got = await predict(turned(window, 1), 1)
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5)
    })
    networks.dispose()
  })

  it('mirrors along the axes that it may, in all combinations, and no other', async () => {
    const networks = networksOf('supervised')
    const predictor = methodNamed('supervised').predictWith
    const plain = networkPredictor(networks, predictor, PATCH)
    const window = windows.slice(0, VOXELS)
    const turned = (map: Float32Array, axes: number[]) =>
      tf.tidy(() => tf.reverse(tf.tensor(map, [16, 16, 16, map.length / VOXELS]), axes).dataSync()) as Float32Array
    const maps = await Promise.all([[], [0], [2], [0, 2]].map(async (axes) => turned(await plain(turned(window, axes), 1), axes)))
    const got = await networkPredictor(networks, predictor, PATCH, { mirror: [0, 2] })(window, 1)
    const apart = got.map((value, i) => Math.abs(value - maps.reduce((sum, map) => sum + map[i]!, 0) / 4))
    expect(Math.max(...apart)).toBeLessThan(1e-6)
    expect(await networkPredictor(networks, predictor, PATCH, { mirror: [] })(window, 1)).toEqual(maps[0])
    networks.dispose()
  })
})
