import { type Case, makeFoldLists, splitFold } from '@dualseg/data'
import { CaseStore, type Dataset } from '@dualseg/data/node'
import { COMMON_PROTOCOL, type EngineIdentity, methodNamed, runIdentity } from '@dualseg/trainer'
import { describe, expect, it } from 'vitest'
import { casesOf, type GridRequest, onlyRun, planGrid, runCount } from './plan-grid'
import { PROFILES } from './profiles'

const IDS = Array.from({ length: 10 }, (_, index) => `C${index}`)
const ENGINE: EngineIdentity = { name: 'wasm', device: 'cpu', precision: 'float32', numerics: 'strict', revision: 1, threads: 2 }
const REQUEST: GridRequest = {
  arms: [
    { method: 'supervised', without: [] },
    { method: 'mt', without: [] },
  ],
  folds: [0, 1],
  seeds: [1, 2],
  profile: PROFILES.quick,
  protocol: COMMON_PROTOCOL,
  labelled: 2,
  runs: 'runs',
}

function tinyCase(id: string, brightness: number): Case {
  const grid = { size: [2, 2, 2] as [number, number, number], spacing: [1, 1, 1] as [number, number, number] }
  const data = Float32Array.from({ length: 8 }, (_, i) => i * brightness + IDS.indexOf(id))
  return { id, image: { ...grid, data }, label: { ...grid, data: new Uint8Array(8) } }
}

/** Plans over ten tiny cases; `brighter` is one whose voxels are others. */
async function plansOf(request: Partial<GridRequest> = {}, brighter?: string) {
  const cases = IDS.map((id) => tinyCase(id, id === brighter ? 2 : 1))
  const dataset = { name: 'la', source: { kind: 'memory', cases }, folds: makeFoldLists(IDS, 5), ids: IDS } as Dataset<never>
  const store = new CaseStore({ kind: 'memory', cases }, { threads: 0 })
  for (const fold of [0, 1]) await store.load(splitFold(dataset.folds, fold, 2))
  return planGrid({ ...REQUEST, ...request }, dataset, store, ENGINE)
}

const hashes = (plans: Awaited<ReturnType<typeof plansOf>>) => plans.map((plan) => runIdentity(plan).sha256)

describe('a grid', () => {
  it('has a run for every method, fold and seed, in this order, each in a folder of its own', async () => {
    const plans = await plansOf()
    expect(plans.map(({ method, fold, seed }) => `${method.name} ${fold} ${seed}`)).toEqual([
      'supervised 0 1',
      'supervised 0 2',
      'supervised 1 1',
      'supervised 1 2',
      'mt 0 1',
      'mt 0 2',
      'mt 1 1',
      'mt 1 2',
    ])
    expect(new Set(plans.map((plan) => runIdentity(plan).folder)).size).toBe(8)
  })

  it('tells augmented runs from others, and those whose test is mirrored; which axes may be mirrored later is no part of it', async () => {
    const augment = { kind: 'strong', mirrorAxes: [0, 1, 2] } as const
    const plain = hashes(await plansOf())
    const others = [{ augment }, { augment: { ...augment, kind: 'flips' as const } }, { testMirror: [0, 1] as const }]
    for (const beyond of others) {
      const changed = hashes(await plansOf({ protocol: { ...COMMON_PROTOCOL, ...beyond } }))
      expect(changed.filter((hash) => plain.includes(hash))).toEqual([])
    }
    const limited = await plansOf({ mirrorAxes: [0] })
    expect(hashes(limited)).toEqual(plain)
    expect(limited[0]!.mirrorAxes).toEqual([0])
  })

  it('draws the labelled cases for every fold and seed where that is asked for, alike for all methods, and tells such runs from others', async () => {
    const drawn = await plansOf({ protocol: { ...COMMON_PROTOCOL, labelledCases: 'drawn' } })
    const plain = await plansOf()
    expect(hashes(drawn).filter((hash) => hashes(plain).includes(hash))).toEqual([])
    const labelled = drawn.map(({ data }) => data.describeSplit!().labelled.join())
    // Two methods on the same folds and seeds.
    expect(labelled.slice(4)).toEqual(labelled.slice(0, 4))
    expect(new Set(labelled).size).toBe(4)
    const first = plain.map(({ data }) => data.describeSplit!().labelled.join())
    expect(new Set(first).size).toBe(2)
  })

  it('gives a run the same identity whatever else is asked for', async () => {
    const all = await plansOf()
    const one = await plansOf({ arms: [REQUEST.arms[1]!], folds: [1], seeds: [2] })
    expect(hashes(one)).toEqual([hashes(all).at(-1)])
  })

  it('has the n-th run alone, in the same order', async () => {
    const all = await plansOf()
    expect(runCount(REQUEST)).toBe(all.length)
    for (const n of all.keys()) expect(hashes(await plansOf(onlyRun(REQUEST, n)))).toEqual([hashes(all)[n]])
  })

  it('makes a run depend on the voxels that it sees, and on no others', async () => {
    const only = { folds: [0], seeds: [1] }
    const { labelled, unlabelled, test } = splitFold(makeFoldLists(IDS, 5), 0, 2)
    const [supervised, mt] = hashes(await plansOf(only))
    for (const id of [labelled[0]!, test[0]!]) {
      const changed = hashes(await plansOf(only, id))
      expect(changed[0]).not.toBe(supervised)
      expect(changed[1]).not.toBe(mt)
    }
    const changed = hashes(await plansOf(only, unlabelled[0]))
    expect(changed[0]).toBe(supervised)
    expect(changed[1]).not.toBe(mt)
  })
})

it('a method that learns from labelled cases alone gets no unlabelled ones', () => {
  const split = splitFold(makeFoldLists(IDS, 5), 0, 2)
  expect(casesOf(methodNamed('mt'), split)).toEqual(split)
  expect(casesOf(methodNamed('supervised'), split)).toEqual({ ...split, unlabelled: [] })
})
