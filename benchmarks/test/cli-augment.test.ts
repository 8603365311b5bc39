import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCli } from './cli-process'
import { miniatureProject } from './miniature-project'

it('augments, and says so in plan, table, list and configuration; without, nothing is other than before', async () => {
  const project = await miniatureProject()
  onTestFinished(() => project.remove())
  const runs = join(project.root, 'runs')
  const grid = (...more: string[]) =>
    runCli(project.cli, [
      ...['la', '--method', 'supervised', '--iterations', '2', '--labelled', '4', '--threads', '1', '--engine', 'wasm'],
      ...['--data', project.volumes, '--runs', runs, ...more],
    ])
  const plain = JSON.parse((await grid('--json')).stdout)
  const strong = await grid('--augment', 'strong')
  expect(strong.code, strong.stderr).toBe(0)
  expect(strong.stderr).toContain('LA · augment strong · ')
  expect(strong.stdout).toContain('· protocol common · augment strong · 4 labelled ·')

  const listed = JSON.parse((await runCli(project.cli, ['list', runs, '--json'])).stdout).runs as {
    folder: string
    beyond?: string[]
  }[]
  expect(listed.map(({ beyond }) => beyond?.join()).sort()).toEqual(['augment strong', undefined])
  const settingsOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).config.settings
  const { augment, ...others } = settingsOf(listed.find(({ beyond }) => beyond)!.folder)
  expect(augment).toEqual({ kind: 'strong', mirrorAxes: [0, 1, 2] })
  expect(settingsOf(plain.runs[0])).toEqual(others)

  const refused = await grid('--augment', 'strong', '--protocol', 'authors', '--dry-run')
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--augment strong: --protocol authors has each method's own"),
  })
}, 300_000)
