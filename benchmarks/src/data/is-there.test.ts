import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isThere } from './is-there'

it('tells a file that is missing from one behind a link that leads nowhere, below folders and below files', () => {
  const root = mkdtempSync(join(tmpdir(), 'dualseg-there-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const at = (...path: string[]) => join(root, ...path)
  mkdirSync(at('A'))
  writeFileSync(at('A', 'image.nii'), '')
  writeFileSync(at('dataset.json'), '{}')
  symlinkSync(at('A', 'image.nii'), at('A', 'label.nii'))
  symlinkSync(at('unmounted'), at('B'))
  expect(isThere(at('A', 'image.nii'))).toBe(true)
  expect(isThere(at('A', 'label.nii'))).toBe(true)
  expect(isThere(at('C', 'image.nii'))).toBe(false)
  expect(isThere(at('dataset.json', 'image.nii'))).toBe(false)
  expect(() => isThere(at('B', 'image.nii'))).toThrow(
    `${at('B')} is a link to ${at('unmounted')}, which is not there; mend the link`,
  )
})
