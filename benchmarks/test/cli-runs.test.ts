import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRun, twentyCases } from './run-files-made'
import { runMain } from './run-main'

let runs: string
let begun: string
beforeAll(() => {
  runs = mkdtempSync(join(tmpdir(), 'dualseg-runs-'))
  for (const [seed, wobble] of [0.001, 0.002, 0.003].entries()) {
    makeRun(runs, { method: 'mt', seed, dice: twentyCases(0.7) })
    makeRun(runs, { method: 'dualnet', seed, dice: twentyCases(0.8, wobble) })
    makeRun(runs, { method: 'luseg', seed, dice: twentyCases(0.7, 0.05 * (seed - 1)) })
  }
  makeRun(runs, { method: 'dualnet', without: ['uncertainty'], profile: 'quick', dice: twentyCases(0.8) })
  begun = makeRun(runs, { method: 'sassnet', dice: twentyCases(0.8), log: [{}] })
  rmSync(join(begun, 'result.json'))
})
afterAll(() => rmSync(runs, { recursive: true, force: true }))

describe('bench list', () => {
  it('shows what every run is, how far it came and its Dice', async () => {
    const { code, stdout } = await runMain('list', runs)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /│ la +│ quick +│ common +│ +16 │ dualnet without uncertainty +│ +0 │ +1 │ wasm, cpu │ done +│ +0\.\d{3} │/,
    )
    expect(stdout).toMatch(/│ sassnet +│ +0 │ +1 │ wasm, cpu │ 1\/2 +│ +│/)
    expect(stdout.trim().split('\n').at(-1)).toBe('11 runs, 10 done')
    const listed = JSON.parse((await runMain('list', join(runs, 'la', 'half', 'sassnet'), '--json')).stdout)
    expect(listed.runs).toEqual([
      expect.objectContaining({ folder: begun, method: 'sassnet', state: 'begun', iteration: 1, iterations: 2, dice: null }),
    ])
  })

  it('refuses what is no folder', async () => {
    expect(await runMain('list', join(runs, 'nowhere'))).toMatchObject({ code: 3, stdout: '' })
  })
})

describe('bench compare', () => {
  it('tells two methods apart that differ in every case and run', async () => {
    const { code, stdout, stderr } = await runMain('compare', 'dualnet', 'mt', '--runs', runs)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^la · profile half · /)
    expect(stdout).toMatch(/^Dice: .*over 20 cases, 95 % interval .*, Holm p < 0\.001; over 3 runs .*: dualnet is better\.$/m)
    expect(stdout).toMatch(/^HD95 \(voxels\): .*: dualnet is better\.$/m)
    expect(stdout).toContain("Holm's correction is over the 3 pairs of these runs.")
    const { comparisons } = JSON.parse((await runMain('compare', 'dualnet', 'mt', '--runs', runs, '--json')).stdout)
    expect(comparisons[0].measures.dice).toMatchObject({ separable: true, better: 'dualnet', cases: { cases: 20 } })
  })

  it('says not separable where runs scatter', async () => {
    const { stdout } = await runMain('compare', 'luseg', 'mt', '--runs', runs)
    expect(stdout).toMatch(/^Dice: .*: not separable\.$/m)
  })

  it.each([
    [['dualnte', 'mt'], 'bench compare dualnte: did you mean dualnet?', 2],
    [['mt', 'mt'], 'bench compare mt mt: give two different ones of', 2],
    [
      ['mt', 'dualnet without uncertainty'],
      'have no runs that may be compared: of the same settings, data, rule and drawing of folds',
      3,
    ],
    [['mt'], 'bench compare mt: give another one to compare it with, or --twin', 2],
  ])('refuses %j', async (names, words, exit) => {
    const { code, stdout, stderr } = await runMain('compare', ...names, '--runs', runs)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(words)
  })
})

describe('bench power', () => {
  it('says what more labelled sets would find, from the runs that are there', async () => {
    const { code, stdout, stderr } = await runMain('power', 'luseg', 'mt', '--difference', '0.2', '--runs', runs)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^luseg and mt, Dice: between 3 labelled sets their difference varies by 0\.\d{4} \(SD; /m)
    expect(stdout).toMatch(/│ true difference │ +3 sets │ .* 50 sets │ sets for 80 % │/)
    const { plans } = JSON.parse((await runMain('power', 'luseg', 'mt', '--difference', '0.2', '--runs', runs, '--json')).stdout)
    expect(plans).toEqual([expect.objectContaining({ labelledSets: 3, casesPerSet: 20 })])
  })

  it.each([
    [['mt', 'mt'], 'bench power mt mt: give two different ones of', 2],
    [['mt', 'dualnet', '--difference', '0'], '--difference 0: "0" is no number above 0', 2],
    [['mt', 'dualnet', '--difference', 'small'], '"small" is no number above 0', 2],
    [['mt', 'dualnet without uncertainty'], 'have no runs that may be compared', 3],
  ])('refuses %j', async (words, said, exit) => {
    const { code, stdout, stderr } = await runMain('power', ...words, '--runs', runs)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(said)
  })
})
