import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { checkRun, type EngineIdentity, type RunHooks, readCourse, testEvery, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { runBytes, temporaryFolder, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

const planOf = () => tinyPlan({ method: 'mt', engine, runs: temporaryFolder() })

/** The run's files but for its course. */
function withoutCourse(folder: string) {
  const { 'course.jsonl': _, ...files } = runBytes(folder)
  return files
}

it('tests on the way change no bit of a run, and are what a run of that length has', async () => {
  const bare = await trainRun(await planOf())
  const plan = await planOf()
  const tested = await trainRun(plan, { beforeStep: testEvery(plan, 2) })
  expect(withoutCourse(tested.folder)).toEqual(runBytes(bare.folder))
  const course = readCourse(tested.folder)!
  expect(course.map(({ iteration, cases }) => [iteration, cases])).toEqual([
    [2, 2],
    [4, 2],
  ])
  expect(course.every(({ dice }) => dice >= 0 && dice <= 1)).toBe(true)
  expect(checkRun(tested.folder)).toMatchObject({ state: 'whole', faults: [] })
})

it('a run that is interrupted between checkpoints ends with the same course', async () => {
  const plan = await planOf()
  const whole = await trainRun(plan, { beforeStep: testEvery(plan, 1) })
  const expected = runBytes(whole.folder)

  const again = await planOf()
  const stop = new AbortController()
  const hooks: RunHooks = {
    beforeStep: testEvery(again, 1),
    signal: stop.signal,
    onProgress: (progress) => progress.stage === 'train' && progress.iteration === 3 && stop.abort(),
  }
  const first = await trainRun(again, hooks)
  // As if it had been killed while it wrote.
  appendFileSync(join(first.folder, 'course.jsonl'), '{"iteration":3,"ca')
  const last = await trainRun(again, { beforeStep: testEvery(again, 1) })
  expect(runBytes(last.folder)).toEqual(expected)
})

it('a damaged course harms no run, and is named', async () => {
  const plan = await planOf()
  const { folder } = await trainRun(plan, { beforeStep: testEvery(plan, 3) })
  const file = join(folder, 'course.jsonl')
  const changed = readFileSync(file, 'utf8').replace('"cases":2', '"cases":3')
  rmSync(file)
  appendFileSync(file, changed)
  expect(() => readCourse(folder)).toThrow(expect.objectContaining({ code: 'DUALSEG_DATA' }))
  expect(checkRun(folder).faults).toEqual([expect.objectContaining({ file })])
  expect(checkRun(folder).state).toBe('whole')
})
