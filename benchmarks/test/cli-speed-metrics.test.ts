import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { runMain } from './run-main'

const root = mkdtempSync(join(tmpdir(), 'dualseg-speed-metrics-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  vi.stubEnv('DUALSEG_DATA', '')
  return () => vi.unstubAllEnvs()
})

const speedMetrics = (...args: string[]) =>
  runMain('speed', 'metrics', '--size', '32x32x16', '--repeats', '1', '--seconds', '1', ...args)

/** A peer that answers these words whatever it is asked. */
function pretended(answer: object): string {
  const path = join(root, 'python')
  writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`, { mode: 0o755 })
  return path
}

describe('bench speed metrics', () => {
  it('times ours on a volume and on a label of the phantom, and says that it is one', async () => {
    const { code, stdout } = await speedMetrics('--json')
    expect(code).toBe(0)
    const { results } = JSON.parse(stdout) as { results: { case: string; ours: { seconds: number }; hd95: number }[] }
    expect(results.map(({ case: name }) => name)).toEqual(['32x32x16', expect.stringMatching(/^phantom label \d+x\d+x88$/)])
    for (const { ours, hd95 } of results) expect([ours.seconds > 0, hd95 > 0]).toEqual([true, true])
  })

  it('does not compare the speed of other figures', async () => {
    const python = pretended({ version: 'another medpy', seconds: [1], hd95: 3, asd: 1 })
    const { code, stdout, stderr } = await speedMetrics('--peer', 'medpy', '--python', python)
    expect(stderr).toMatch(/32x32x16, medpy: hd95 is [\d.]+ here and 3 by another medpy; the speeds cannot be compared/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  it('says what is missing, and ends with 4', async () => {
    const missing = await speedMetrics('--peer', 'monai', '--python', join(root, 'nowhere'))
    expect(missing.stderr).toMatch(/--peer monai: no program .*nowhere was found; name a Python .*pip install monai/)
    expect(missing.code).toBe(4)
    const python = pretended({ error: { code: 'PEER_MISSING', message: 'No module named medpy' } })
    const bare = await speedMetrics('--peer', 'medpy', '--python', python)
    expect(bare.stderr).toMatch(/--peer medpy: .* has no medpy; `.* -m pip install medpy`/)
    expect(bare.code).toBe(4)
  })

  it.runIf(process.env.DUALSEG_PYTHON)(
    'finds the figures of the libraries themselves, and more time there',
    async () => {
      const { code, stdout } = await speedMetrics('--peer', 'all', '--python', process.env.DUALSEG_PYTHON!)
      expect(code).toBe(0)
      for (const name of ['medpy', 'monai', 'surface-distance']) expect(stdout).toMatch(new RegExp(`^ {2}${name} \\d`, 'm'))
      expect(stdout.match(/x as fast/g)).toHaveLength(6)
    },
    300_000,
  )
})
