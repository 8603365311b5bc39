import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFileSums, readFoldLists } from '@dualseg/data/node'
import { beforeEach, expect, it, vi } from 'vitest'
import { describe as describeDataset } from '../src/data/description'
import { projectRoot } from '../src/data/project-root'
import { gridDataset } from '../src/grid/named-dataset'
import { runMain } from './run-main'

vi.setConfig({ testTimeout: 300_000 })
beforeEach(() => vi.stubEnv('DUALSEG_DATA', '') && undefined)

const folder = join(projectRoot, 'datasets', 'hippocampus')

it('every scan and label of Hippocampus is the published one, and there are no others', async () => {
  const sums = await readFileSums(join(folder, 'SHA256SUMS'))
  const files = ['imagesTr', 'labelsTr'].flatMap((place) =>
    readdirSync(join(folder, 'volumes', place)).map((name) => `${place}/${name}`),
  )
  expect(files.sort()).toEqual(Object.keys(sums).sort())
  expect(files).toHaveLength(520)
  for (const file of files) {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, 'volumes', file)))
      .digest('hex')
    expect({ file, found }).toEqual({ file, found: sums[file] })
  }
})

it('bench data check reads all 260, and finds the folds that its description asks for', async () => {
  const { code, stdout, stderr } = await runMain('data', 'check', 'hippocampus', '--json')
  expect({ code }, stderr).toEqual({ code: 0 })
  const { cases, axes, classes } = JSON.parse(stdout) as {
    cases: { id: string; fold: number; size: number[]; refused?: string }[]
    axes: unknown
    classes: unknown
  }
  expect(cases.filter(({ refused }) => refused !== undefined)).toEqual([])
  expect(axes).toEqual({ RAS: 260 })
  expect(classes).toMatchObject([
    { name: 'anterior', values: [1], labels: 260, labelsWithIt: 260 },
    { name: 'posterior', values: [2], labels: 260, labelsWithIt: 260 },
  ])
  const along = (axis: number) => cases.map(({ size }) => size[axis]!)
  expect([0, 1, 2].map((axis) => [Math.min(...along(axis)), Math.max(...along(axis))])).toEqual([
    [31, 43],
    [40, 59],
    [24, 47],
  ])
  const { test } = await readFoldLists(join(folder, 'folds'))
  expect(test.map((ids) => ids.length)).toEqual([52, 52, 52, 52, 52])
})

it('is trained in full where nothing else is said, for so many steps as a processor does in minutes', async () => {
  const dataset = await gridDataset('hippocampus')
  expect(dataset).toMatchObject({ usualProfile: 'full', labelled: 8, labelledCases: 'drawn', folds: 5, mirrorAxes: [0] })
  expect(dataset.profile('full')).toMatchObject({
    name: 'full',
    reduce: 1,
    patch: [32, 48, 32],
    stride: [16, 24, 16],
    filters: 8,
    iterations: 750,
    rampEvery: 18.75,
    learningRate: { kind: 'poly', rate: 0.03, power: 0.9, warmUp: 10 },
  })
  expect(await describeDataset('hippocampus')).toMatchObject({
    folds: { count: 5, seed: 1 },
    classes: [
      { name: 'anterior', values: [1] },
      { name: 'posterior', values: [2] },
    ],
    fetch: { md5: '9d24dba78a72977dbd1d2e110310f31b', scans: 390 },
  })
})
