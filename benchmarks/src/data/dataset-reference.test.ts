import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { datasetReference } from './dataset-reference'

it('takes names and described folders, and says what a folder lacks that is neither', () => {
  const here = mkdtempSync(join(tmpdir(), 'dualseg-reference-'))
  onTestFinished(() => rmSync(here, { recursive: true, force: true }))
  vi.spyOn(process, 'cwd').mockReturnValue(here)
  onTestFinished(() => void vi.restoreAllMocks())
  for (const folder of ['liver', 'bare']) mkdirSync(join(here, folder))
  writeFileSync(join(here, 'liver', 'dataset.json'), '{}')
  expect(datasetReference('bench', 'la', ['la'])).toBe('la')
  expect(datasetReference('bench', 'liver', ['la'])).toBe(join(here, 'liver'))
  expect(() => datasetReference('bench', 'bare', ['la'])).toThrow(
    `bench bare: ${join(here, 'bare')} has no dataset.json that describes its scans (pnpm bench data init bare writes one)`,
  )
  expect(() => datasetReference('bench', 'lq', ['la'])).toThrow('bench lq: did you mean la?')
})
