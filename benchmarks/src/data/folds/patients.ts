import { join } from 'node:path'
import type { FoldLists } from '@dualseg/data'
import { readText } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from '../description'

/** The patient of every case. */
export type Patients = ReadonlyMap<string, string>

/**
 * Whose scans cases are, by a description's rule: a pattern with one group in the case's name, or a table `case,patient` beside the description.
 *
 * @returns undefined where every case is a patient of its own
 * @throws DUALSEG_DATA for a case that the rule says nothing of, or a table that cannot be read
 */
export async function patientsOf({ patients, folder, file }: Description, ids: readonly string[]): Promise<Patients | undefined> {
  if (patients === undefined) return undefined
  const patientOf = 'pattern' in patients ? byPattern(patients.pattern) : await byTable(join(folder, patients.table))
  return new Map(
    ids.map((id) => {
      const patient = patientOf(id)
      if (patient !== undefined) return [id, patient]
      const rule = 'pattern' in patients ? `the pattern ${patients.pattern}` : `the table ${join(folder, patients.table)}`
      throw dualsegError('DUALSEG_DATA', `case ${id}: ${rule} names no patient of it; correct "patients" in ${file}`)
    }),
  )
}

function byPattern(pattern: string): (id: string) => string | undefined {
  const expression = new RegExp(pattern, 'u')
  return (id) => expression.exec(id)?.[1]
}

async function byTable(path: string): Promise<(id: string) => string | undefined> {
  const table = new Map<string, string>()
  const lines = (await readText(path)).normalize('NFC').split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim())
    const [id, patient] = cells
    if (cells.length !== 2 || !id || !patient)
      throw dualsegError('DUALSEG_DATA', `${path}, line ${index + 1}: «${line}» is not «<case>,<patient>»`)
    if (table.has(id)) throw dualsegError('DUALSEG_DATA', `${path}, line ${index + 1}: ${id} stands there twice`)
    table.set(id, patient)
  }
  return (id) => table.get(id)
}

/** More are counted, not named. */
const NAMED = 3

/**
 * Tests that no fold trains on one scan of a patient and tests another one.
 *
 * @param place of the lists, for the message
 * @throws DUALSEG_DATA with the patients at fault
 */
export function expectPatientsApart({ train, test, unlabelled = [] }: FoldLists, patients: Patients, place: string): void {
  for (const [fold, tested] of test.entries()) {
    const trained = new Map([...unlabelled, ...train[fold]!].map((id) => [patients.get(id)!, id]))
    const both = tested.filter((id) => trained.has(patients.get(id)!))
    if (both.length === 0) continue
    const named = both
      .slice(0, NAMED)
      .map((id) => `${patients.get(id)} (tests ${id}, trains on ${trained.get(patients.get(id)!)})`)
    const more = both.length > NAMED ? ` and ${both.length - NAMED} more` : ''
    throw dualsegError(
      'DUALSEG_DATA',
      `${place}, fold ${fold}: tests patients that it trains on: ${named.join(', ')}${more}. Results would be too good; keep all scans of a patient on one side`,
    )
  }
}
