import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runSchedules } from '../src/conformance/schedules'
import { runSliding } from '../src/conformance/sliding'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/conformance/${name}`, import.meta.url), 'utf8'))

it('places windows, sums scores and decides as the references do', async () => {
  const results = await runSliding(read('sliding.json'))
  expect(results.flatMap(({ failed }) => failed)).toEqual([])
  expect(results.filter(({ skipped }) => skipped !== undefined)).toEqual([])
})

it('uses the rate that each reference uses in each step', () => {
  const results = runSchedules(read('ramps.json'))
  expect(results.flatMap(({ failed }) => failed)).toEqual([])
  expect(results.filter(({ skipped }) => skipped !== undefined)).toEqual([])
})
