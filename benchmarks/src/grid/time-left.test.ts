import { expect, it } from 'vitest'
import { TimeLeft } from './time-left'

it('divides what is left by the runs side by side, but never ends before the longest run', () => {
  const timeLeft = new TimeLeft([10, 20, 30], 2)
  expect(timeLeft.total()).toBe(30)
  timeLeft.set(2, 10)
  expect(timeLeft.total()).toBe(20)
  for (const run of [0, 1, 2]) timeLeft.set(run, 0)
  expect(timeLeft.total()).toBe(0)
})
