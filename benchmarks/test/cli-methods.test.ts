import { methods } from '@dualseg/trainer'
import { expect, it, onTestFinished } from 'vitest'
import { runCli } from './cli-process'
import { miniatureProject } from './miniature-project'
import { runFolders } from './run-folder'

/** Every method loads, trains, is kept and tested; some have two networks. */
const PATIENCE = 900_000

it(
  'trains and tests every method in one grid, and prints their table in the order of the list',
  async () => {
    const project = await miniatureProject()
    onTestFinished(() => project.remove())
    const { code, stdout, stderr } = await runCli(project.cli, [
      ...['la', '--method', 'all', '--iterations', '2', '--labelled', '4', '--threads', '1', '--json'],
      ...['--data', project.volumes, '--runs', `${project.root}/runs`],
    ])
    expect(code, stderr).toBe(0)
    const rows = JSON.parse(stdout).methods as { method: string; cases: number; dice: { mean: number } }[]
    expect(rows.map(({ method, cases }) => [method, cases])).toEqual([...methods.keys()].map((method) => [method, 4]))
    for (const { method, dice } of rows) expect(dice.mean, method).toBeGreaterThanOrEqual(0)
    expect(runFolders(`${project.root}/runs`)).toHaveLength(methods.size)
  },
  PATIENCE,
)
