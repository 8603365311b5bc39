import { describe, expect, it } from 'vitest'
import { type SaidRun, TimeLeft } from './time-left'

/** Ten steps and two test cases, of which a case is said to take as long as a step. */
const run = (method: string, secondsOfStep: number): SaidRun => ({
  method,
  seconds: 12 * secondsOfStep,
  testSeconds: 2 * secondsOfStep,
  iterationsLeft: 10,
  casesLeft: 2,
})

it('divides what is left by the runs side by side, but never ends before the longest run', () => {
  const timeLeft = new TimeLeft([run('mt', 1), run('mt', 2), run('mt', 3)], 2)
  expect(timeLeft.total()).toBe(36)
  timeLeft.end(2)
  expect(timeLeft.total()).toBe(24)
  for (const index of [0, 1]) timeLeft.end(index)
  expect(timeLeft.total()).toBe(0)
})

describe('what was said is corrected', () => {
  it("by a run's own steps, and for others by those of the same method, or else of all", () => {
    const timeLeft = new TimeLeft([run('mt', 1), run('mt', 1), run('mcf', 10)], 1)
    // Twice as fast as said.
    timeLeft.advance(0, 'train', 0.5, 4.5)
    expect([0, 1, 2].map((index) => timeLeft.of(index))).toEqual([4.5 + 2, 5 + 2, 50 + 20])
    timeLeft.end(0)
    // Three times as slow as said; of all, 31 for 11 that were said.
    timeLeft.advance(2, 'train', 30.5, 270)
    expect(timeLeft.of(1)).toBe(5 + 2)
    expect(timeLeft.of(2)).toBe(270 + 20)
  })

  it('in its test cases by those that are done', () => {
    const timeLeft = new TimeLeft([run('mt', 1), run('mt', 1), run('mcf', 10)], 1)
    timeLeft.advance(0, 'test', 4, 4)
    expect([0, 1, 2].map((index) => timeLeft.of(index))).toEqual([4, 10 + 8, 100 + 80])
  })

  it('also where nothing was said', () => {
    const timeLeft = new TimeLeft([{ ...run('mt', 0) }], 1)
    timeLeft.advance(0, 'train', 2, 18)
    expect(timeLeft.total()).toBe(18)
  })
})
