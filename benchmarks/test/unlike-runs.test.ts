import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type OwnDataset, ownDataset, removePristine } from './own-dataset'
import { runMain } from './run-main'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

let own: OwnDataset
beforeAll(async () => {
  vi.stubEnv('DUALSEG_DATA', '')
  own = await ownDataset()
  place.projectRoot = own.root
  await train('supervised')
  // Another intensity rule under the same name.
  own.describe({ intensity: { scale: 'unit', window: [-1, 2] } })
  await train('mt')
  own.describe()
  // Lists edited in between: P5 is tested in fold 1 as well.
  const lists = { train0: 'P3 P4 P5 P6', test0: 'P1 P2', train1: 'P1 P2 P4 P6', test1: 'P3 P5' }
  rmSync(join(own.folder, 'lists'), { recursive: true })
  mkdirSync(join(own.folder, 'lists'))
  for (const [name, ids] of Object.entries(lists)) {
    writeFileSync(join(own.folder, 'lists', `${name}.list`), `${ids.split(' ').join('\n')}\n`)
  }
  await train('supervised', '--fold', '1')
}, 300_000)
afterAll(() => {
  own.remove()
  removePristine()
  vi.unstubAllEnvs()
})

const runs = () => join(own.root, 'runs')
async function train(method: string, ...options: string[]): Promise<void> {
  const { code, stderr } = await runMain(
    ...['own', '--method', method, '--iterations', '1', '--engine', 'wasm', '--threads', '1', '--runs', runs(), ...options],
  )
  expect({ code }, stderr).toEqual({ code: 0 })
}

it('what was trained on other intensities or another drawing of folds stands apart, and says why', async () => {
  const { code, stdout } = await runMain('report', runs(), '--json')
  expect(code).toBe(0)
  const { comparisons } = JSON.parse(stdout)
  const tables = comparisons.map(({ methods, folds }: { methods: { method: string; cases: number }[]; folds: number[] }) => [
    ...methods.map(({ method, cases }) => `${method} ${cases}`),
    `fold ${folds}`,
  ])
  expect(tables.sort()).toEqual([
    ['mt 2', 'fold 0'],
    ['supervised 2', 'fold 0'],
    ['supervised 2', 'fold 1'],
  ])
  const said = comparisons.flatMap(({ cautions }: { cautions: string[] }) => cautions).join('\n')
  expect(said).toContain(
    'files became volumes by another rule (kind "unit" here, "standardise" there; window [-1,2] here, none there)',
  )
  expect(said).toContain('Kept apart from supervised fold 1 seed 1 of the same settings: their folds are another drawing')
  const compared = await runMain('compare', 'supervised', 'mt', '--runs', runs())
  expect(compared).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('by another rule') })
})

it('is the same whatever became of the lists: runs say themselves which cases they had', async () => {
  const before = await runMain('report', runs())
  rmSync(own.folder, { recursive: true })
  const after = await runMain('report', runs())
  // Only the command that would repeat them has to be told where the data set is.
  expect({ ...after, stdout: after.stdout.replaceAll('"<folder of own>"', 'own') }).toEqual(before)
  expect(before.stdout).not.toContain('not known')
})
