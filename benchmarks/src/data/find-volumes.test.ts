import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { volumesIn } from './find-volumes'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dualseg-links-'))
  mkdirSync(join(root, 'P1'))
  writeFileSync(join(root, 'P1', 'image.nii'), '')
})
afterEach(() => rmSync(root, { recursive: true }))

const files = { image: '{case}/image.nii', label: '{case}/label.nii', others: [] }

it('reads through links, and takes a case without a label for one', () => {
  symlinkSync(join(root, 'P1'), join(root, 'P2'))
  expect(volumesIn(root, files)).toEqual({ root, ids: ['P1', 'P2'], unlabelled: ['P1', 'P2'] })
})

it.each([
  ['an image', 'P3'],
  ['a label', join('P1', 'label.nii')],
])('never leaves out %s behind a link that leads nowhere', (_what, link) => {
  symlinkSync('/nowhere/of/a/disk', join(root, link))
  expect(() => volumesIn(root, files)).toThrow(
    `${join(root, link)} is a link to /nowhere/of/a/disk, which is not there; mend the link or take it away`,
  )
})
