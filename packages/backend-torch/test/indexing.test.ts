import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { type TorchBackend, torchEngine } from '../src/index'
import { whereTorch } from './where-torch'

type Index = readonly [where: string, indices: (...values: number[]) => tf.Tensor1D]

/** An index that the host knows, and one that PyTorch has computed. */
const INDICES: readonly Index[] = [
  ['on the host', (...values) => tf.tensor1d(values, 'int32')],
  ['computed', (...values) => tf.add(tf.tensor1d(values, 'int32'), tf.scalar(0, 'int32')) as tf.Tensor1D],
]

whereTorch('an index outside', () => {
  beforeAll(async () => {
    await torchEngine.open({ device: 'cpu', threads: 2 })
  })
  beforeEach(() => {
    tf.engine().startScope()
    return () => tf.engine().endScope()
  })

  const outside = INDICES.flatMap(([where, indices]) => [-1, 2, 100].map((index) => [index, where, indices] as const))

  it.each(outside)('%i, %s, is named, not gathered', (index, _where, indices) => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    expect(() => tf.gather(x, indices(0, index))).toThrow(`GatherV2: the index value ${index} is not in [0, 1]`)
    expect(() => tf.gather(x, indices(index, 1), 1)).toThrow(`GatherV2: the index value ${index} is not in [0, 1]`)
  })

  it.each(outside)('%i, %s, is named, not scattered to', (index, _where, indices) => {
    const at = tf.reshape(indices(0, index), [2, 1])
    expect(() => tf.scatterND(at, tf.tensor1d([5, 7]), [2])).toThrow(`Invalid indices: ${index} does not index into 2`)
  })

  it.each(INDICES)('is looked for without a copy from the engine, %s', (_where, indices) => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const { torchReads } = (tf.backend() as TorchBackend).memory()
    const y = tf.gather(x, indices(1, 1, 0))
    const z = tf.scatterND(tf.reshape(indices(1, 1), [2, 1]), tf.tensor1d([5, 7]), [2])
    expect((tf.backend() as TorchBackend).memory().torchReads).toBe(torchReads)
    expect(Array.from(y.dataSync())).toEqual([3, 4, 3, 4, 1, 2])
    expect(Array.from(z.dataSync())).toEqual([0, 12])
  })
})
