import { expect, it } from 'vitest'
import { readAhead } from './read-ahead'

it('has opened the next when one is handed out, and no more', async () => {
  const begun: number[] = []
  const open = async (key: number) => {
    begun.push(key)
    return 10 * key
  }
  const seen: unknown[] = []
  for await (const value of readAhead([1, 2, 3], open)) seen.push([value, [...begun]])
  expect(seen).toEqual([
    [10, [1, 2]],
    [20, [1, 2, 3]],
    [30, [1, 2, 3]],
  ])
})

it('fails where the one that failed is asked for', async () => {
  const open = async (key: number) => {
    if (key === 2) throw new Error('no second')
    return key
  }
  const seen: number[] = []
  await expect(async () => {
    for await (const value of readAhead([1, 2, 3], open)) seen.push(value)
  }).rejects.toThrow('no second')
  expect(seen).toEqual([1])
})
