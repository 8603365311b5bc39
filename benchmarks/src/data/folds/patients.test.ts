import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { splitFold } from '@dualseg/data'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Description } from '../description'
import { drawFolds } from './draw-folds'
import { withUnlabelled } from './lists-and-volumes'
import { expectPatientsApart, patientsOf } from './patients'

const IDS = ['A_1', 'A_2', 'A_3', 'B_1', 'C_1', 'C_2', 'D_1', 'E_1']

function described(patients: Description['patients'], table?: string): Description {
  const folder = mkdtempSync(join(tmpdir(), 'dualseg-patients-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  if (table !== undefined) writeFileSync(join(folder, 'patients.csv'), table)
  return { folder, file: 'dataset.json', patients } as Description
}
const byPattern = () => patientsOf(described({ pattern: '^(\\p{L}+)_' }), IDS)

describe('patients with several scans', () => {
  it('are told by a pattern in the name or by a table, with blanks and line ends as they come', async () => {
    expect((await byPattern())!.get('C_2')).toBe('C')
    const table = 'A_1, 7\r\nA_2,7 \r\n\r\nB_1;9\r\n'
    expect(await patientsOf(described({ table: 'patients.csv' }, table), ['A_1', 'A_2', 'B_1'])).toEqual(
      new Map([
        ['A_1', '7'],
        ['A_2', '7'],
        ['B_1', '9'],
      ]),
    )
    expect(await patientsOf(described(undefined), IDS)).toBeUndefined()
  })

  it.each<[Description['patients'], string, RegExp]>([
    [
      { pattern: '^(\\d+)' },
      '',
      /^case A_1: the pattern \^\(\\d\+\) names no patient of it; correct "patients" in dataset\.json/,
    ],
    [{ table: 'patients.csv' }, 'A_1,7\n', /^case A_2: the table .*patients\.csv names no patient of it/],
    [{ table: 'patients.csv' }, 'A_1\n', /patients\.csv, line 1: «A_1» is not «<case>,<patient>»/],
    [{ table: 'patients.csv' }, 'A_1,7\nA_1,8\n', /patients\.csv, line 2: A_1 stands there twice/],
  ])('that a rule does not tell are refused: %j', async (patients, table, said) => {
    await expect(patientsOf(described(patients, table), IDS)).rejects.toThrow(said)
  })

  it('are in one fold each, folds as even as that allows; the same again', async () => {
    const patients = (await byPattern())!
    const lists = drawFolds(IDS, { count: 3, seed: 7 }, patients)
    expect(lists.test.map((ids) => ids.length).sort()).toEqual([2, 3, 3])
    expect(lists.test.flat().sort()).toEqual(IDS)
    expect(() => expectPatientsApart(lists, patients, 'folds')).not.toThrow()
    expect(drawFolds([...IDS].reverse(), { count: 3, seed: 7 }, patients)).toEqual(lists)
    expect(() => drawFolds(IDS, { count: 6, seed: 7 }, patients)).toThrow('8 cases of 5 patients cannot make 6 folds')
  })

  it('that lists tear apart are refused by name', async () => {
    const patients = (await byPattern())!
    const lists = {
      test: [['B_1'], ['A_2', 'D_1']],
      train: [
        ['A_1', 'C_1'],
        ['A_1', 'B_1'],
      ],
    }
    expect(() => expectPatientsApart(lists, patients, '/lab/lists')).toThrow(
      '/lab/lists, fold 1: tests patients that it trains on: A (tests A_2, trains on A_1). Results would be too good',
    )
  })

  it('lend no unlabelled scan to a fold that tests them', async () => {
    const patients = (await byPattern())!
    const lists = {
      test: [['A_1'], ['B_1']],
      train: [
        ['B_1', 'D_1'],
        ['A_1', 'D_1'],
      ],
    }
    const all = withUnlabelled(lists, { unlabelled: ['A_2', 'A_3', 'C_1'] }, patients)
    expect(splitFold(all, 0, 2).unlabelled).toEqual(['C_1'])
    expect(splitFold(all, 1, 2).unlabelled).toEqual(['A_2', 'A_3', 'C_1'])
  })
})
