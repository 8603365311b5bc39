import { describe, expect, it } from 'vitest'
import { divide } from './capacity'

const GIB = 2 ** 30

describe('divide', () => {
  it.each([
    ['divides the cores', { asked: 4, runsLeft: 20, cores: 16 }, { jobs: 4, threads: 4 }],
    ['gives one run all cores', { asked: 1, runsLeft: 20, cores: 16 }, { jobs: 1, threads: 16 }],
    ['needs no more than there are runs', { asked: 8, runsLeft: 3, cores: 16 }, { jobs: 3, threads: 5 }],
    ['keeps the threads asked for', { asked: 2, runsLeft: 9, cores: 16, threads: 3 }, { jobs: 2, threads: 3 }],
    [
      'has at least one job',
      { asked: 2, runsLeft: 9, cores: 2, threads: 8 },
      { jobs: 1, threads: 8, reason: '2 cores, 8 for each' },
    ],
    ['stops at the cores', { asked: 8, runsLeft: 9, cores: 2 }, { jobs: 2, threads: 1, reason: '2 cores, 1 for each' }],
    [
      'stops at the memory, and lets the threads go to fewer',
      { asked: 8, runsLeft: 9, cores: 16, memory: { perRun: 5 * GIB, total: 20 * GIB } },
      { jobs: 3, threads: 5, reason: 'a run needs 5.0 GiB of the 20.0 GiB that are free' },
    ],
    [
      'runs one even where memory seems too small: the system decides',
      { asked: 2, runsLeft: 9, cores: 16, memory: { perRun: 5 * GIB, total: 3 * GIB } },
      { jobs: 1, threads: 16, reason: 'a run needs 5.0 GiB of the 3.0 GiB that are free' },
    ],
  ])('%s', (_, capacity, division) => {
    expect(divide(capacity)).toEqual(division)
  })
})
