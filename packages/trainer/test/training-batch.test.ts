import { crossEntropy } from '@dualseg/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { trainingBatch } from '../src'
import { openTestEngine } from './test-engine'

const PATCH = [2, 2, 2] as const
const ONE_OF_TWO = { patch: PATCH, batch: { labelled: 1, unlabelled: 1 } }

beforeAll(async () => {
  await openTestEngine()
})

it('takes labels of labelled samples over, and nothing of what lies behind', async () => {
  const label = Uint8Array.of(0, 1, 0, 0, 1, 1, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7)
  const { image, labels, labelData } = trainingBatch({ image: new Float32Array(16), label }, ONE_OF_TWO)
  expect(labels.shape).toEqual([1, ...PATCH])
  expect(Array.from(await labels.data())).toEqual([0, 1, 0, 0, 1, 1, 0, 0])
  expect(Array.from(labelData)).toEqual([0, 1, 0, 0, 1, 1, 0, 0])
  tf.dispose([image, labels])
})

it('lets losses refuse a label that is no class', () => {
  const label = Uint8Array.of(0, 1, 0, 0, 2, 1, 0, 0)
  const { image, labels } = trainingBatch({ image: new Float32Array(16), label }, ONE_OF_TWO)
  const scores = tf.zeros([1, ...PATCH, 2])
  expect(() => crossEntropy(scores, labels)).toThrow('labels hold the value 2; expected integers from 0 to 1')
  tf.dispose([image, labels, scores])
})

it('refuses a batch of another size', () => {
  const label = new Uint8Array(8)
  expect(() => trainingBatch({ image: new Float32Array(8), label }, ONE_OF_TWO)).toThrow(
    'batch: 8 voxels and 8 labels; expected 2 samples of [2,2,2], 1 of them labelled',
  )
})
