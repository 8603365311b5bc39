import { createHash } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder'
import { sha256OfImage, sha256OfPath } from './sha256-of-path'
import { voxelFileOf } from './voxel-file'

const sum = (text: string) => createHash('sha256').update(text).digest('hex')

it('of a folder are its files, whatever macOS leaves beside them', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'b.dcm'), 'b')
  writeFileSync(join(folder, 'a.dcm'), 'a')
  const expected = sum(`${sum('a')}  a.dcm\n${sum('b')}  b.dcm\n`)
  expect(await sha256OfPath(folder)).toBe(expected)
  writeFileSync(join(folder, '.DS_Store'), 'Mac OS X')
  expect(await sha256OfImage(folder)).toBe(expected)
})

it.each([
  ['scan.nhdr', 'NRRD0004\ntype: short\ndata file: scan.raw\n\n'],
  ['scan.nrrd', 'NRRD0004\r\ntype: short\r\ndatafile: scan.raw\r\n\r\n'],
  ['scan.mhd', 'NDims = 3\nElementDataFile = scan.raw\n'],
])('of an image in two files (%s) changes with the voxels', async (name, header) => {
  const folder = await temporaryFolder()
  const [path, voxels] = [join(folder, name), join(folder, 'scan.raw')]
  writeFileSync(path, header)
  writeFileSync(voxels, 'voxels')
  expect(await voxelFileOf(path)).toBe(voxels)
  expect(await sha256OfImage(path)).toBe(sum(`${sum(header)}\n${sum('voxels')}`))
  mkdirSync(join(folder, 'links'))
  symlinkSync(path, join(folder, 'links', name))
  expect(await sha256OfImage(join(folder, 'links', name))).toBe(await sha256OfImage(path))
  writeFileSync(voxels, 'others')
  expect(await sha256OfImage(path)).toBe(sum(`${sum(header)}\n${sum('others')}`))
})

it.each([
  ['scan.nrrd', 'NRRD0004\ntype: short\n\ndata file: these are voxels'],
  ['scan.mha', 'NDims = 3\nElementDataFile = LOCAL\n'],
  ['scan.mhd', 'NDims = 3\nElementDataFile = ../other.raw\n'],
  ['scan.nii', 'data file: scan.raw\n'],
])('of an image in one file is the file’s (%s)', async (name, content) => {
  const path = join(await temporaryFolder(), name)
  writeFileSync(path, content)
  expect(await voxelFileOf(path)).toBeUndefined()
  expect(await sha256OfImage(path)).toBe(sum(content))
})
