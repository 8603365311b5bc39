import { expect, it } from 'vitest'
import { runMain } from './run-main'

it('refuses what makes no sense on a cluster', async () => {
  const refused = async (...words: string[]) => {
    const { code, stderr } = await runMain('la', ...words)
    expect(code).toBe(2)
    return stderr
  }
  expect(await refused('--slurm')).toContain('--slurm: name the --engine')
  expect(await refused('--partition', 'gpu')).toContain('--partition goes with --slurm.')
  expect(await refused('--slurm', '--engine', 'wasm', '--dry-run')).toContain('choose one of them')
  expect(await refused('--slurm', '--engine', 'wasm', '--mem', '4 G')).toContain('no blanks')
})
