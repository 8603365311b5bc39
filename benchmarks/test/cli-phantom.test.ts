import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCli } from './cli-process'
import { installProgram } from './miniature-project'
import { linesIn, runFolders } from './run-folder'

// Makes 22 phantoms of full size and scores 20: about a quarter of a minute on two processors.
it('runs without data on the phantom, in three iterations, and stamps everything with it', { timeout: 300_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-phantom-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const runs = join(root, 'runs')
  const plan = ['la', '--method', 'supervised', '--iterations', '3', '--labelled', '2', '--json', '--runs', runs]
  const { code, stdout, stderr } = await runCli(installProgram(root), plan)
  expect(code, stderr).toBe(0)

  expect(stderr).toMatch(
    /^No Left Atrium volumes: this runs on a built-in phantom, and every table and file says so\.\nFor the real ones, /,
  )
  expect(stderr).toContain('LA phantom · engine')
  const [folder] = runFolders(runs)
  expect(folder).toMatch(/[\\/]phantom[\\/]quick-3[\\/]supervised[\\/]fold0-seed1-[0-9a-f]{8}$/)
  expect(JSON.parse(stdout)).toMatchObject({
    dataset: 'la phantom',
    profile: 'quick-3',
    methods: [{ method: 'supervised', runs: 1, cases: 20 }],
    runs: [folder],
  })
  expect(JSON.parse(readFileSync(join(folder!, 'config.json'), 'utf8')).config.data.dataset).toBe('phantom')
  expect(readFileSync(join(folder!, 'result.json'), 'utf8')).toContain('phantom')
  expect(linesIn(runs, 'cases.jsonl')).toBe(20)
})
