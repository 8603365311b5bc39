import { beforeAll } from 'vitest'
import { useEngine } from '../engine-choice/use-engine'

beforeAll(() => useEngine('cpu'))

import { expect, it } from 'vitest'
import { iterationDraws } from './draws'

it('draws the same for the same seed, purpose, iteration and sample, in whatever batch the sample stands', () => {
  const four = iterationDraws(1, 7).normal('noise', [4, 5]).dataSync()
  const two = iterationDraws(1, 7).normal('noise', [2, 5]).dataSync()
  expect([...two]).toEqual([...four.slice(0, 10)])
  expect([...iterationDraws(1, 8).normal('noise', [2, 5]).dataSync()]).not.toEqual([...two])
  expect([...iterationDraws(1, 7).normal('other', [2, 5]).dataSync()]).not.toEqual([...two])
})
