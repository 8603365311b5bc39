import { methods } from '@dualseg/trainer'
import { expect, it, onTestFinished } from 'vitest'
import { runCli } from './cli-process'
import { miniatureProject } from './miniature-project'
import { runFolders } from './run-folder'

/** Every method loads, trains, is kept and tested; some have two networks. */
const PATIENCE = 1_800_000

it(
  'trains and tests every method and its supervised twin in one grid, and prints their table in the order of the list',
  async () => {
    const project = await miniatureProject()
    onTestFinished(() => project.remove())
    const { code, stdout, stderr } = await runCli(project.cli, [
      ...['la', '--method', 'all', '--twins', '--iterations', '2', '--labelled', '4', '--threads', '1', '--json'],
      ...['--data', project.volumes, '--runs', `${project.root}/runs`],
    ])
    expect(code, stderr).toBe(0)
    const table = JSON.parse(stdout)
    const rows = table.methods as { method: string; cases: number; dice: { mean: number } }[]
    expect(rows.filter(({ method }) => methods.has(method)).map(({ method, cases }) => [method, cases])).toEqual(
      [...methods.keys()].map((method) => [method, 4]),
    )
    for (const { method, dice } of rows) expect(dice.mean, method).toBeGreaterThanOrEqual(0)
    const gains = table.fromUnlabelled as { method: string; twin: string; own: number; twinDice: number; difference: number }[]
    expect(gains.map(({ method }) => method)).toEqual([...methods.keys()].filter((method) => method !== 'supervised'))
    for (const { own, twinDice, difference } of gains) expect(difference).toBeCloseTo(own - twinDice, 12)
    const twins = new Set(gains.map(({ twin }) => twin))
    expect(twins.size).toBe(15)
    expect(runFolders(`${project.root}/runs`)).toHaveLength(methods.size + twins.size)
  },
  PATIENCE,
)
