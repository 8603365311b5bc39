import { expect, it, onTestFinished } from 'vitest'
import { runCli } from './cli-process'
import { miniatureProject } from './miniature-project'

/** Whole runs of several methods. */
const PATIENCE = 900_000

it(
  'trains and tests methods and their supervised twins in one grid, each twin once, and prints their table in the order of the list',
  async () => {
    const project = await miniatureProject()
    onTestFinished(() => project.remove())
    const { code, stdout, stderr } = await runCli(project.cli, [
      ...[
        'la',
        '--method',
        'ua-mt,supervised,mt,cps',
        '--twins',
        '--iterations',
        '1',
        '--labelled',
        '4',
        '--threads',
        '1',
        '--json',
      ],
      ...['--data', project.volumes, '--runs', `${project.root}/runs`],
    ])
    expect(code, stderr).toBe(0)
    const table = JSON.parse(stdout)
    const rows = table.methods as { method: string; cases: number; dice: { mean: number } }[]
    expect(rows.map(({ method, cases }) => [method, cases])).toEqual(
      ['ua-mt', 'mt-twin', 'supervised', 'mt', 'cps', 'cps-twin'].map((method) => [method, 4]),
    )
    const gains = table.fromUnlabelled as { method: string; twin: string; own: number; twinDice: number; difference: number }[]
    expect(gains.map(({ method, twin }) => [method, twin])).toEqual([
      ['ua-mt', 'mt-twin'],
      ['mt', 'mt-twin'],
      ['cps', 'cps-twin'],
    ])
    for (const { own, twinDice, difference } of gains) expect(difference).toBeCloseTo(own - twinDice, 12)
  },
  PATIENCE,
)

it(
  'trains with all cases labelled what needs no others, and says what does',
  async () => {
    const project = await miniatureProject()
    onTestFinished(() => project.remove())
    const words = ['la', '--method', 'supervised,mt', '--twins', '--labelled', 'all', '--iterations', '1', '--threads', '1']
    const { code, stdout, stderr } = await runCli(project.cli, [
      ...words,
      ...['--data', project.volumes, '--runs', `${project.root}/runs`],
    ])
    expect(code, stderr).toBe(1)
    expect(stderr).toMatch(
      /^mt fold 0 is not run: all \d+ training cases of fold 0 have labels, and a batch takes 2 of them and 2 without labels$/m,
    )
    expect(stdout).toMatch(/^la · .* · all labelled · /)
    expect(stdout).toMatch(/^│ supervised .*\n(├.*\n)?│ mt-twin /m)
    expect(stdout).toContain('Every row predicts with one network.')
    // Begun anew it has nothing to do: the runs are known again.
    const again = await runCli(project.cli, [
      ...words,
      ...['--data', project.volumes, '--runs', `${project.root}/runs`, '--table'],
    ])
    expect(again.stdout).toBe(stdout)
  },
  PATIENCE,
)
