// A consumer's types: what is inferred is asked for, what is wrong is refused.

import { wasmEngine } from '@dualseg/backend-wasm'
import { laPhantom, type Volume } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { conv3d, type Engine } from '@dualseg/kernels'
import { random } from '@dualseg/kernels/random'
import { type KernelSuiteOptions, kernelSuite } from '@dualseg/kernels/testing'
import { diceLoss } from '@dualseg/losses'
import { overlap, surfaceDistances } from '@dualseg/metrics'
import { vnet } from '@dualseg/models'
import { defineMethod, term, vnet as vnetOfMethod } from '@dualseg/trainer'
import * as tf from '@tensorflow/tfjs-core'

export const engine: Engine = wasmEngine
export const loss: tf.Scalar = diceLoss(tf.zeros([1, 2, 2, 2]), tf.zeros([1, 2, 2, 2], 'int32'))
export const image: Volume<Float32Array> = laPhantom(0, 1).image
export const logits: tf.Tensor5D = vnet({ random: (name) => random(1, name, 0, 0) }).forward(tf.zeros([1, 16, 16, 16, 1]), {
  training: false,
}).logits
export const suite: (options: KernelSuiteOptions) => void = kernelSuite
export const store = new CaseStore({ kind: 'phantom', seed: 1 })

const mask = { data: new Uint8Array(8), size: [2, 2, 2] }
export const dice: number = overlap(mask, mask).dice
export const hd95: Promise<number> = surfaceDistances(mask, mask, { empty: 'zero-either' }).then((distances) => distances.hd95)

// @ts-expect-error: a filter is a tensor
conv3d(tf.zeros([1, 2, 2, 2, 1]), [1, 2, 3], null)

export const method = defineMethod({
  name: 'typed',
  title: 'Typed',
  paper: '-',
  networks: { student: vnetOfMethod() },
  step({ networks, batch }) {
    // @ts-expect-error: there is no such network
    networks.teacher
    const { logits } = networks.student(batch.image)
    return { size: term(tf.mean(logits) as tf.Scalar, { trains: ['student'] }) }
  },
  predictWith: ['student'],
  authors: { initialise: 'kaiming', rotFlip: false, iterations: 1, learningRate: { kind: 'constant', rate: 0.1 } },
  audit: { size: { student: ['labelled', 'unlabelled'] } },
})
