import { fileURLToPath } from 'node:url'
import { wasmEngine } from '@dualseg/backend-wasm'
import { applyIntensity, toTensorOrder } from '@dualseg/data'
import { readImage } from '@dualseg/data/node'
import { random } from '@dualseg/kernels/random'
import { besideBackground } from '@dualseg/losses'
import {
  mcnet,
  type Network,
  resnet34,
  type SegmentationKind,
  vnet,
  vnetPerturbed,
  vnetPyramid,
  vnetTwoHead,
} from '@dualseg/models'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../src/index'
import type { Forward } from '../src/record-graph'

const VOLUMES = fileURLToPath(new URL('../../../datasets/hippocampus/volumes/imagesTr/', import.meta.url))
const CASES = ['hippocampus_001', 'hippocampus_003']
/** Samples and voxels: a window of the volumes, and one that hangs over their edges. */
const SIZES = [
  { cases: CASES, size: [32, 48, 32] },
  { cases: CASES.slice(0, 1), size: [48, 32, 48] },
] as const

const options = { filters: 2, dropout: 0, random: (name: string) => random(5, name, 0, 0) }
/** Every network that segments, and all maps of it that somebody may predict with. */
const NETWORKS: Readonly<Record<SegmentationKind, { make: () => Network; maps: readonly string[] }>> = {
  vnet: { make: () => vnet({ ...options, classes: 3 }), maps: ['logits', 'features'] },
  resnet34: { make: () => resnet34(options), maps: ['logits', 'features'] },
  'vnet-two-head': { make: () => vnetTwoHead({ ...options, classes: 3 }), maps: ['sdm', 'logit'] },
  'vnet-pyramid': { make: () => vnetPyramid(options), maps: ['logits', 'coarser'] },
  'vnet-perturbed': { make: () => vnetPerturbed(options), maps: ['logits'] },
  mcnet: { make: () => mcnet({ ...options, decoders: 3 }), maps: ['decoders'] },
}

const volumes = new Map<string, { data: Float32Array; size: readonly number[] }>()

beforeAll(async () => {
  await wasmEngine.open({ threads: 1 })
  for (const name of CASES) {
    const image = applyIntensity(await readImage(`${VOLUMES}${name}.nii.gz`), { kind: 'standardise' })
    volumes.set(name, { data: toTensorOrder(image), size: image.size })
  }
})

/** `[batch, x, y, z, 1]` of the volumes' first voxels, zeros beyond their ends. */
function imagesOf({ cases, size }: (typeof SIZES)[number]): tf.Tensor5D {
  return tf.tidy(() => {
    const samples = cases.map((name) => {
      const volume = volumes.get(name)!
      const within = volume.size.map((length, axis) => Math.min(length, size[axis]!))
      const part = tf.slice(tf.tensor(volume.data, [...volume.size]), [0, 0, 0], within)
      return tf.pad(
        part,
        within.map((length, axis) => [0, size[axis]! - length] as [number, number]),
      )
    })
    return tf.expandDims(tf.stack(samples), -1) as tf.Tensor5D
  })
}

/** The maps named, lists of them numbered from 0; and what predictions are made of. */
const forwardOf =
  (network: Network, maps: readonly string[]): Forward =>
  (image) => {
    const outputs = network.forward(image, { training: false }) as Record<string, tf.Tensor5D | tf.Tensor5D[]>
    const named = Object.fromEntries(
      maps.flatMap((name) => [outputs[name]!].flat().map((map, i, { length }) => [length === 1 ? name : `${name}${i}`, map])),
    )
    const [first] = Object.values(named)
    const logits = maps.includes('logit') ? besideBackground<tf.Tensor5D>(named.logit!) : first!
    return { ...named, probs: tf.softmax(logits), each: tf.sigmoid(logits) }
  }

/** ONNX's order to the engine's: `[batch, c, x, y, z]` to `[batch, x, y, z, c]`. */
async function channelsLast({ data, dims }: Tensor): Promise<Float32Array> {
  const last = tf.tidy(() => tf.transpose(tf.tensor(data as Float32Array, [...dims]), [0, 2, 3, 4, 1]))
  const values = (await last.data()) as Float32Array
  last.dispose()
  return values
}

/** The greatest difference, in standard deviations of what was expected. */
function worst(found: Float32Array, expected: Float32Array): number {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length
  const spread = Math.sqrt(expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0) / spread
}

describe.each(Object.entries(NETWORKS))('%s in onnxruntime', (_, { make, maps }) => {
  it('gives our maps of real volumes to 1e-4 of their spread, at two sizes', async () => {
    const network = make()
    // So that running statistics are those of such volumes, and no layer is the identity.
    const seen = imagesOf(SIZES[0])
    for (let step = 0; step < 3; step++) tf.dispose(Object.values(network.forward(seen, { training: true })).flat())
    const forward = forwardOf(network, maps)
    const session = await InferenceSession.create(await onnxModel(network, forward))
    for (const size of SIZES) {
      const image = imagesOf(size)
      const expected = tf.tidy(() => forward(image))
      const shape = [size.cases.length, 1, ...size.size]
      const found = await session.run({ image: new Tensor('float32', (await image.data()) as Float32Array, shape) })
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
      for (const [name, map] of Object.entries(expected)) {
        const values = (await map.data()) as Float32Array
        const apart = worst(await channelsLast(found[name] as Tensor), values)
        expect(apart, `${name} at ${shape}`).toBeLessThan(1e-4)
      }
    }
  })
})
