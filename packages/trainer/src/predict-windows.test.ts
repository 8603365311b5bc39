import { expect, it } from 'vitest'
import { sigmoid, softmax } from './predict-windows'

it('takes the softmax over the last axis without overflow', () => {
  const probs = softmax([0, 0, 1, 3, 1000, 0, -1000, 1000], 2)
  expect([...probs]).toEqual([
    0.5,
    0.5,
    expect.closeTo(1 / (1 + Math.exp(2)), 6),
    expect.closeTo(1 / (1 + Math.exp(-2)), 6),
    1,
    0,
    0,
    1,
  ])
})

it('takes the sigmoid', () => {
  expect([...sigmoid([0, -200, 200])]).toEqual([0.5, 0, 1])
})
