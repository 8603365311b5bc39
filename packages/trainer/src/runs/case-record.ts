import { join } from 'node:path'
import type { TestedCase } from '../prediction/test-case'
import type { CaseResult } from '../prediction/test-plan'
import { faultError } from './disk/fault'
import { LineLog } from './disk/line-log'
import { readOrSetAside } from './disk/set-aside'
import { readCases } from './files/cases-file'
import { writePrediction } from './predictions'
import type { RunPlan } from './run-plan'

/** What a run's folder keeps of its test: `cases.jsonl`, a line a case, and the masks where the plan asks for them. */
export interface CaseRecord {
  /** Cases tested before, the first ones of the list. */
  readonly known: readonly CaseResult[]
  keep(tested: TestedCase): Promise<void>
  sync(): void
  close(): void
}

/**
 * Opens the record where an earlier process left it. Cases from a damaged line on are tested again, with the same result.
 *
 * @throws DUALSEG_DATA with a `fault` if the file's cases are not the list's
 */
export function openCaseRecord(
  folder: string,
  { data, savePredictions, classes }: RunPlan,
  onNotice: (notice: string) => void,
): CaseRecord {
  const file = join(folder, 'cases.jsonl')
  const read = readOrSetAside(() => readCases(folder), 'its cases are tested again', onNotice)
  const { values: known, bytes, stop } = read ?? { values: [], bytes: 0 }
  if (stop?.isCut === false) onNotice(`${file}: ${stop.found}; its cases from there on are tested again`)
  const strayed = known.findIndex(({ id }, i) => id !== data.testIds[i])
  if (strayed >= 0) {
    const found = `line ${strayed + 1} is case '${known[strayed]!.id}', expected '${data.testIds[strayed]}'`
    throw faultError({
      file,
      found,
      remedy: 'move it away and repeat the command: it tests its cases again, its training is kept',
    })
  }
  const log = new LineLog(file, bytes)
  return {
    known,
    async keep(tested) {
      if (savePredictions) await writePrediction(folder, tested, classes)
      log.append(tested.result)
    },
    sync: () => log.sync(),
    close: () => log.close(),
  }
}
