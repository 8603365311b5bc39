import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder'
import { pathAsStored } from './path-as-stored'
import { visibleNames } from './visible-names'

it('finds a file whose names are stored decomposed, composed, or both', async () => {
  const root = await temporaryFolder()
  mkdirSync(join(root, 'Mu\u0308ller'))
  writeFileSync(join(root, 'Mu\u0308ller', 'Gr\u00f6\u00dfe.nii'), '')
  const stored = join(root, 'Mu\u0308ller', 'Gr\u00f6\u00dfe.nii')
  for (const form of ['NFC', 'NFD'] as const)
    expect(pathAsStored(root, 'M\u00fcller/Gr\u00f6\u00dfe.nii'.normalize(form)).normalize('NFC')).toBe(stored.normalize('NFC'))
  expect(pathAsStored(root, 'M\u00fcller/other.nii').normalize('NFC')).toBe(join(root, 'M\u00fcller', 'other.nii'))
  expect(pathAsStored(join(root, 'nowhere'), 'M\u00fcller')).toBe(join(root, 'nowhere', 'M\u00fcller'))
})

it('passes over names that begin with a dot', async () => {
  const root = await temporaryFolder()
  for (const name of ['b.nii', '._b.nii', '.DS_Store', 'a.nii']) writeFileSync(join(root, name), '')
  expect(visibleNames(root)).toEqual(['a.nii', 'b.nii'])
})
