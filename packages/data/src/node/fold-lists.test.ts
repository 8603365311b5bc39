import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder'
import { splitFold } from '../fold'
import { laDataset, phantomDataset } from './dataset'
import { readFoldLists } from './fold-lists'
import { readFileSums, readSha256Sums } from './sha256-sums'

const LA = fileURLToPath(new URL('../../../../datasets/la/', import.meta.url))

describe('readFoldLists', () => {
  it('reads the five folds of LA', async () => {
    const lists = await readFoldLists(join(LA, 'folds'), { caseCount: 100 })
    const { labelled, unlabelled, test } = splitFold(lists, 0, 16)
    expect([labelled.length, unlabelled.length, test.length]).toEqual([16, 64, 20])
    expect(labelled[0]).toBe('06SR5RBREL16DQ6M8LWS')
  })

  it('says which list is missing or where none is', async () => {
    const folder = join(await temporaryFolder(), 'folds')
    await cp(join(LA, 'folds'), folder, { recursive: true })
    await rm(join(folder, 'train3.list'))
    await expect(readFoldLists(folder)).rejects.toThrow(/train3\.list is missing, though the folder holds test0\.list, /)
    await expect(readFoldLists(join(folder, 'gone'))).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringContaining('it should hold train0.list'),
    })
  })

  it.each([['.list'], ['.txt']])('reads a single split, train%s and test of the same', async (ending) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, `train${ending}`), 'A\nB\n')
    await writeFile(join(folder, `test${ending}`), 'C\n')
    await writeFile(join(folder, `val${ending}`), 'D\n')
    expect(await readFoldLists(folder)).toEqual({ train: [['A', 'B']], test: [['C']] })
    await writeFile(join(folder, 'train0.list'), 'A\n')
    await expect(readFoldLists(folder)).rejects.toThrow('holds lists of more than one kind (test')
  })

  it('says that a folder holds no lists, and which of two is missing', async () => {
    const folder = await temporaryFolder()
    await expect(readFoldLists(folder)).rejects.toMatchObject({
      code: 'DUALSEG_DATA',
      message: expect.stringContaining('holds no lists; expected train0.list and test0.list'),
    })
    await writeFile(join(folder, 'train.list'), 'A\n')
    await expect(readFoldLists(folder)).rejects.toThrow(/test\.list is missing, though the folder holds train\.list/)
  })

  it('reads lists that editors of any system wrote', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'train.list'), '\uFEFFM\u00fcller 1 \r\nB\r\n')
    await writeFile(join(folder, 'test.list'), Buffer.from('\uFEFFC\r\n', 'utf16le'))
    expect(await readFoldLists(folder)).toEqual({ train: [['M\u00fcller 1', 'B']], test: [['C']] })
    await writeFile(join(folder, 'test.list'), Buffer.from('M\u00fcller\n', 'latin1'))
    await expect(readFoldLists(folder)).rejects.toThrow(/test\.list: is no text in UTF-8; save it as UTF-8/)
  })
})

describe('readSha256Sums', () => {
  it('knows every case of LA', async () => {
    const { ids, source, folds } = await laDataset(LA, '/data/la')
    expect(ids).toHaveLength(100)
    expect(new Set(folds.test.flat())).toEqual(new Set(ids))
    expect(source).toMatchObject({ kind: 'la', root: '/data/la' })
    expect(source.sha256!['06SR5RBREL16DQ6M8LWS']).toMatch(/^ae44895d/)
  })

  it('names the line that is of another form', async () => {
    const path = join(await temporaryFolder(), 'SHA256SUMS')
    await writeFile(path, `${'a'.repeat(64)}  A/x.h5\nnonsense\n`)
    await expect(readSha256Sums(path)).rejects.toThrow('line 2: «nonsense» is not «<sha256>  <case>/<file>»')
  })
})

describe('readFileSums', () => {
  it('reads sums by file, of any editor and either case, with names composed', async () => {
    const path = join(await temporaryFolder(), 'SHA256SUMS')
    await writeFile(path, `\uFEFF${'A'.repeat(64)} *./Mu\u0308ller/image.nii\r\n${'b'.repeat(64)}  B/label.nii\r\n`)
    expect(await readFileSums(path)).toEqual({ 'M\u00fcller/image.nii': 'a'.repeat(64), 'B/label.nii': 'b'.repeat(64) })
    await writeFile(path, 'nonsense')
    await expect(readFileSums(path)).rejects.toThrow('line 1: «nonsense» is not «<sha256>  <file>»')
  })
})

describe('phantomDataset', () => {
  it('has a hundred cases in five folds of twenty', () => {
    const { folds, ids } = phantomDataset(1)
    expect(ids).toHaveLength(100)
    expect(folds.test.map((test) => test.length)).toEqual([20, 20, 20, 20, 20])
    expect(splitFold(folds, 0, 16).labelled[0]).toBe('PHANTOM020')
  })
})
