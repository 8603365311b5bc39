import { expect, it } from 'vitest'
import type { Arm } from './arm'
import { bestCheckpoints, bestCheckpointText } from './best-checkpoint'

const run = (last: number, course: readonly number[]) => ({
  cases: [{ id: 'A', dice: last, jaccard: last, hd95: 1, asd: 1, emptyPrediction: false }],
  course: course.map((dice, i) => ({ iteration: 10 * (i + 1), dice })),
})
const arm = (name: string, runs: object[]) => ({ name, method: name, without: [], runs }) as unknown as Arm

it('is the best of all tests less the last, run by run, and nothing where the last is best', () => {
  const found = bestCheckpoints([
    arm('mt', [run(0.8, [0.7, 0.84]), run(0.8, [0.5, 0.6]), run(0.1, [])]),
    arm('dualnet', [run(0.9, [])]),
  ])
  expect(found).toEqual([{ name: 'mt', runs: 2, tests: 3, gain: expect.closeTo(0.02, 12) }])
  expect(bestCheckpointText(found[0]!)).toBe('mt: +0.020 Dice (2 runs, each tested 3 times)')
})
