import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { defineKernel } from './dispatch'

const NAME = 'DualSegTestDouble'

beforeAll(() => tf.setBackend('cpu'))

afterEach(() => {
  if (tf.getKernel(NAME, 'cpu')) tf.unregisterKernel(NAME, 'cpu')
  if (tf.getGradient(NAME)) tf.unregisterGradient(NAME)
})

function defineDouble(composite = ({ x }: { x: tf.Tensor; extra?: tf.Tensor }) => tf.mul(x, 2)) {
  return defineKernel<{ x: tf.Tensor; extra?: tf.Tensor }, object, tf.Tensor>({
    name: NAME,
    composite,
    gradient: { gradFunc: (dy) => ({ x: () => tf.mul(dy, 2) }) },
  })
}

describe('defineKernel', () => {
  it("makes the composite the backend's kernel on first use and leaves nothing of its intermediates", () => {
    const run = defineDouble(({ x }) => tf.sub(tf.mul(x, 3), tf.abs(x)))
    expect(tf.getKernel(NAME, 'cpu')).toBeUndefined()
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2])
      const before = tf.memory().numTensors
      expect(Array.from(run({ x }, {}).dataSync())).toEqual([2, 4])
      expect(tf.memory().numTensors).toBe(before + 1)
    })
    // What is registered now is the composite: tfjs itself can run it by its name.
    const again = tf.tidy(() => (tf.engine().runKernel(NAME, { x: tf.tensor1d([-1, 4]) }) as tf.Tensor).dataSync())
    expect(Array.from(again)).toEqual([-4, 8])
  })

  it('runs the kernel of an engine that has one', () => {
    const composite = vi.fn(({ x }: { x: tf.Tensor }) => tf.clone(x))
    const run = defineDouble(composite)
    const kernelFunc: tf.KernelFunc = ({ inputs }) => tf.mul(inputs.x as tf.Tensor, 5)
    tf.registerKernel({ kernelName: NAME, backendName: 'cpu', kernelFunc })
    expect(Array.from(tf.tidy(() => run({ x: tf.tensor1d([1, 2]) }, {}).dataSync()))).toEqual([5, 10])
    expect(composite).not.toHaveBeenCalled()
  })

  it('hands kernels only the inputs that are there', () => {
    const seen: string[][] = []
    const run = defineDouble((inputs) => {
      seen.push(Object.keys(inputs))
      return tf.clone(inputs.x)
    })
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2])
      run({ x, extra: undefined }, {}, { onlySaved: x })
      run({ x, extra: x }, {})
    })
    expect(seen).toEqual([['x'], ['x', 'extra']])
  })

  it('registers its gradient, and leaves one that is there', () => {
    const first = defineDouble()
    const registered = tf.getGradient(NAME)
    defineDouble()
    expect(tf.getGradient(NAME)).toBe(registered)
    const dx = tf.tidy(() =>
      tf
        .grad((x) => first({ x }, {}))(tf.tensor1d([1, 2]), tf.tensor1d([1, 10]))
        .dataSync(),
    )
    expect(Array.from(dx)).toEqual([2, 20])
  })
})
