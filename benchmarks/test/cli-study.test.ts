import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from './cli-process'
import { type MiniatureProject, miniatureProject } from './miniature-project'
import { linesIn } from './run-folder'

const PATIENCE = 300_000

let project: MiniatureProject
beforeAll(async () => {
  project = await miniatureProject()
}, PATIENCE)
afterAll(() => project.remove())

it(
  'follows every term of a method and scores on training cases that lent no label',
  async () => {
    const runs = join(project.root, 'study')
    const { code, stdout, stderr } = await runCli(project.cli, [
      'study',
      ...['--method', 'luseg', '--without', 'contrast', '--seed', '1', '--iterations', '5', '--every', '3', '--labelled', '4'],
      ...['--held-out', '3', '--data', project.volumes, '--runs', runs, '--json'],
    ])
    expect(code, stderr).toBe(0)
    const { methods, ...stamp } = JSON.parse(stdout)
    expect(stamp).toMatchObject({ dataset: 'la', profile: 'quick-5', labelled: 4, heldOut: 3, without: ['contrast'] })
    expect(methods).toHaveLength(1)
    const [{ terms, cases, seedDice }] = methods
    expect({ cases, seeds: seedDice.length }).toEqual({ cases: 3, seeds: 1 })

    const term = (name: string) => terms.find((one: { term: string }) => one.term === name)
    expect(term('contrast')).toBeUndefined()
    // Looked at in iterations 0, 3 and 4 of 5: the sections between stay open.
    const { vnet, resnet } = term('vnet.pseudo').gradients
    expect(resnet).toEqual([0, null, null, 0, 0])
    expect(vnet.map((norm: number | null) => norm !== null && norm > 0)).toEqual([true, false, false, true, true])
    expect(term('vnet.pseudo').weight[4]).toBeGreaterThan(term('vnet.pseudo').weight[0])
    expect(term('validShare').weight).toBeUndefined()
    for (const share of term('validShare').value) expect(share).toBeGreaterThan(0.8)
    // Another identity than a run on the fold's own test cases.
    expect(linesIn(runs, 'cases.jsonl')).toBe(3)
  },
  PATIENCE,
)
