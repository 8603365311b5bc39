import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { sureDice, thresholdOf } from '../src/methods/cross-match'
import { drawSharedBoxes } from '../src/methods/cut-mix'
import { iterationDraws } from '../src/training/draws'
import { openTestEngine } from './test-engine'

beforeAll(async () => {
  await openTestEngine()
})

const SHAPE: [number, number, number, number, number] = [2, 3, 2, 2, 2]
const logits = (amplitude: number, frequency: number, phase: number) =>
  tf.tensor5d(
    Float32Array.from({ length: 48 }, (_, i) => amplitude * Math.sin(frequency * i + phase)),
    SHAPE,
  )

/** Computed by AiEson/CrossMatch@59772e0, LA/code/utils/losses.py dice_loss on what train_cross_match.py makes of these logits, PyTorch 2.15 in float64. */
const NUMBERS = [
  { tau: 0.75, loss: 0.3530840949, gradient: [0.0106389733, -0.0106389733, -0.0178737177, 0, 0.0222813265, 0.0121584374] },
  { tau: 0.521, loss: 0.3604626372, gradient: [0.0093817324, -0.0093817324, -0.0156054808, 0, 0.0195130891, 0.0104764122] },
  { tau: 0.999999, loss: 0, gradient: [0, 0, 0, 0, 0, 0] },
]

describe('sureDice', () => {
  it.each(NUMBERS)('equals the released code above a confidence of $tau, gradient too', ({ tau, loss, gradient }) => {
    const student = logits(2, 0.7, 0)
    const teacher = logits(3, 1.3, 0.5)
    const nothing = [[0, 0] as const, [0, 0] as const, [0, 0] as const] as const
    const box = { boxes: [[[1, 3] as const, [0, 2] as const, [0, 1] as const] as const, nothing], sources: [1, 0] }
    const { value, grad } = tf.valueAndGrad((x) => sureDice(x as tf.Tensor5D, teacher, tau, box))(student)
    expect(value.dataSync()[0]).toBeCloseTo(loss, 6)
    const got = grad.dataSync()
    for (const [i, at] of [0, 1, 5, 11, 24, 47].entries()) expect(got[at]).toBeCloseTo(gradient[i]!, 6)
    tf.dispose([student, teacher, value, grad])
  })
})

it('takes its threshold from the step before, as an entropy, but for the first', () => {
  // The script's own expression, over its 17,000 steps.
  expect(thresholdOf(0, 17000)).toBe(0.75)
  expect(thresholdOf(1, 17000)).toBeCloseTo(0.5210279826612536, 12)
  expect(thresholdOf(8501, 17000)).toBeCloseTo(0.5695078834600942, 12)
  expect(thresholdOf(17000, 17000)).toBeCloseTo(0.6931471775619039, 12)
})

it('draws a box within the patch for one volume in two, of 2 to 40 % of it', () => {
  const patch = [40, 30, 20] as const
  let empty = 0
  for (let iteration = 0; iteration < 200; iteration++) {
    const { boxes, sources } = drawSharedBoxes(2, patch, iterationDraws(1, iteration), 'first')
    expect(sources).toEqual([1, 0])
    for (const box of boxes) {
      const size = box.map(([from, to]) => to - from)
      const voxels = size.reduce((product, n) => product * n, 1)
      if (voxels === 0) empty++
      else {
        expect(voxels / 24_000).toBeLessThanOrEqual(0.4)
        // Every side is cut to a whole number, and to the patch.
        expect(voxels / 24_000).toBeGreaterThan(0.01)
        for (const [axis, [from, to]] of box.entries()) expect(from >= 0 && to <= patch[axis]!).toBe(true)
      }
    }
  }
  expect(Math.abs(empty - 200)).toBeLessThan(30)
})
