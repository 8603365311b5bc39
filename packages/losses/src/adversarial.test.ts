import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { near } from '../test/cases'
import { adversarialLoss, discriminatorLoss } from './adversarial'

beforeAll(() => tf.setBackend('cpu'))

describe('adversarialLoss and discriminatorLoss', () => {
  const logits = tf.tensor2d([0, 1, 2, 0, 0, 0, -1, 1], [4, 2])
  const ce = (other: number, own: number) => Math.log(1 + Math.exp(other - own))

  it('calls labelled samples 1 and the others 0; the generator wants all to be 1', () => {
    near(discriminatorLoss(logits, 2), [(ce(0, 1) + ce(2, 0) + ce(0, 0) + ce(1, -1)) / 4])
    near(adversarialLoss(logits), [(ce(0, 1) + ce(2, 0) + ce(0, 0) + ce(-1, 1)) / 4])
  })

  it('refuses more labelled samples than there are', () => {
    expect(() => discriminatorLoss(logits, 5)).toThrow(
      'discriminatorLoss: labelledCount is 5; expected a whole number from 0 to 4, discriminatorLogits [4,2] hold 4 samples',
    )
  })
})
