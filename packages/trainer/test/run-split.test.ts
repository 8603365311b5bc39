import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFoldLists } from '@dualseg/data'
import { CaseStore } from '@dualseg/data/node'
import { beforeAll, expect, it } from 'vitest'
import { dataIdentity, drawingSha256, type EngineIdentity, readSplit, runIdentity, storeData, trainRun } from '../src'
import { openTestEngine } from './test-engine'
import { TINY_FOLD, temporaryFolder, tinyCase, tinyPlan } from './tiny-run'

let engine: EngineIdentity
beforeAll(async () => {
  engine = (await openTestEngine()).identity
})

const IDS = [...TINY_FOLD.labelled, ...TINY_FOLD.unlabelled, ...TINY_FOLD.test]

it('a run says which cases it had, as its identity has them', async () => {
  const plan = await tinyPlan({ method: 'supervised', engine, runs: temporaryFolder() })
  const store = new CaseStore({ kind: 'memory', cases: IDS.map((id) => tinyCase(id)) }, { threads: 0 })
  await store.load(TINY_FOLD)
  const folds = makeFoldLists(IDS, 2)
  const data = storeData(store, TINY_FOLD, { worker: false, folds })
  const whole = { ...plan, data, dataIdentity: dataIdentity('tiny', data.describeSplit()) }
  const { folder } = await trainRun(whole)
  const split = readSplit(folder)!
  expect(split).toMatchObject({ ...TINY_FOLD, rule: null, drawings: [drawingSha256(folds)] })
  expect(Object.keys(split.volumes).sort()).toEqual([...IDS].sort())
  const { config } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  expect(dataIdentity('tiny', split)).toEqual(config.data)
  // Which drawing it was is no part of the identity.
  expect(runIdentity({ ...whole, data: storeData(store, TINY_FOLD) }).folder).toBe(runIdentity(whole).folder)

  // A run of a version that kept none is finished, and told what it lacks; an edited list of another fold adds its drawing.
  rmSync(join(folder, 'split.json'))
  const edited = { ...folds, train: [folds.train[0]!, folds.train[1]!.slice(1)] }
  for (const drawn of [folds, edited, folds]) {
    const again = await trainRun({ ...whole, data: storeData(store, TINY_FOLD, { worker: false, folds: drawn }) })
    expect(again).toMatchObject({ status: 'done', ran: false })
  }
  expect(readSplit(folder)).toEqual({ ...split, drawings: [drawingSha256(folds), drawingSha256(edited)].sort() })
})
