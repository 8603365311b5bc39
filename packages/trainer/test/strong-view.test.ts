import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { brightnessContrastNoise } from '../src/methods/strong-view'
import { iterationDraws } from '../src/training/draws'
import { openTestEngine } from './test-engine'

beforeAll(async () => {
  await openTestEngine()
})

/** A ramp from -1 to 3, the same in every sample. */
const ramp = (samples: number) => {
  const values = Float32Array.from({ length: samples * 64 }, (_, i) => -1 + (4 * (i % 64)) / 63)
  return tf.tensor5d(values, [samples, 4, 4, 4, 1])
}

describe('brightnessContrastNoise', () => {
  it('stretches brightness and contrast within the range of a volume, in four of five, and adds noise in one of five', () => {
    const samples = 400
    const image = ramp(samples)
    const view = brightnessContrastNoise(image, iterationDraws(1, 0))
    const [before, after] = [image.dataSync(), view.dataSync()]
    let [same, noisy] = [0, 0]
    for (let sample = 0; sample < samples; sample++) {
      const [x, y] = [before.subarray(sample * 64, sample * 64 + 64), after.subarray(sample * 64, sample * 64 + 64)]
      if (y.every((value, i) => value === x[i])) same++
      // Without noise what was a ramp never falls, and nothing leaves the range.
      else if (y.some((value, i) => i > 0 && value < y[i - 1]! - 1e-5)) noisy++
      else expect([Math.min(...y) >= -1.00001, Math.max(...y) <= 3.00001]).toEqual([true, true])
    }
    // 0.2 * 0.8 and 0.2 of 400, three standard deviations.
    expect(Math.abs(same - 64)).toBeLessThan(23)
    expect(Math.abs(noisy - 80)).toBeLessThan(25)
    tf.dispose([image, view])
  })

  it('leaves a volume of one value in the range that it has', () => {
    const image = tf.fill<tf.Rank.R5>([8, 2, 2, 2, 1], 5)
    const view = brightnessContrastNoise(image, iterationDraws(1, 0))
    expect(view.dataSync().every(Number.isFinite)).toBe(true)
    expect(view.dataSync().filter((value) => value === 5).length).toBeGreaterThan(32)
    tf.dispose([image, view])
  })

  it('depends on its draws alone, and leaves no tensor behind', () => {
    const image = ramp(3)
    const before = tf.memory().numTensors
    const views = [0, 0, 1].map((iteration) => brightnessContrastNoise(image, iterationDraws(1, iteration)))
    expect(tf.memory().numTensors).toBe(before + 3)
    const [first, again, other] = views.map((view) => [...view.dataSync()])
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    tf.dispose([image, ...views])
  })
})
