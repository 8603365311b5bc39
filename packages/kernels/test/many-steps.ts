import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { TinyTraining } from './tiny-training'

const STEPS = 1000
/** Until the allocators have what they keep. */
const WARM_UP = 300
const EVERY = 10
/** Bytes a step; one map of the first layer is 84 kB. */
const MOST_GROWTH = 5e3

/**
 * Declares the test that training fills no memory: the same tensors after every step, and resident memory whose line of best fit is level.
 *
 * @param countTensors of the engine itself, in its own words
 */
export function manySteps(open: () => Promise<unknown>, countTensors: () => object | number): void {
  it(`trains ${STEPS} steps with the same tensors in the same memory`, async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    await open()
    const training = new TinyTraining()
    for (let i = 0; i < WARM_UP; i++) training.step()
    const now = () => ({ numTensors: tf.memory().numTensors, numDataBuffers: tf.memory().numDataBuffers, own: countTensors() })
    const tensors = now()
    const samples: [step: number, bytes: number][] = []
    for (let i = WARM_UP; i < STEPS; i++) {
      training.step()
      if (i % EVERY !== 0) continue
      expect(now()).toEqual(tensors)
      collectGarbage()
      samples.push([i, process.memoryUsage.rss()])
    }
    training.dispose()
    const growth = slope(samples)
    console.log(`resident memory: ${(samples[0]![1] / 1e6).toFixed(0)} MB, growing by ${growth.toFixed(0)} bytes a step`)
    expect(growth).toBeLessThan(MOST_GROWTH)
  })
}

/** Of the line of least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean(([px]) => px), mean(([, py]) => py)]
  return mean(([px, py]) => (px - x) * (py - y)) / mean(([px]) => (px - x) ** 2)
}
