import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runMain } from './run-main'

it.skipIf(!process.env.DUALSEG_DATA)(
  'plans a run on the real Left Atrium after verifying its hundred volumes (DUALSEG_DATA)',
  { timeout: 300_000 },
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'dualseg-la-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const runs = join(root, 'runs')
    const { code, stdout, stderr } = await runMain(
      'la',
      '--method',
      'supervised',
      '--iterations',
      '2',
      '--dry-run',
      '--runs',
      runs,
    )
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('100 present, checksums, shapes and labels right')
    expect(stdout).toMatch(/^LA · engine /)
    expect(stdout).toMatch(/supervised fold 0 seed 1 +2 iterations {2}about /)
    expect(existsSync(runs)).toBe(false)
  },
)
