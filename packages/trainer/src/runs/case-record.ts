import { join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import type { TestedCase } from '../prediction/test-case'
import type { CaseResult } from '../prediction/test-plan'
import { LineLog } from './line-log'
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

/** @throws DUALSEG_DATA if the file's cases are not the list's */
export function openCaseRecord(folder: string, { data, savePredictions }: RunPlan): CaseRecord {
  const path = join(folder, 'cases.jsonl')
  const { log, lines } = LineLog.open(path)
  try {
    const known = lines.map((line) => JSON.parse(line) as CaseResult)
    const strayed = known.findIndex(({ id }, i) => id !== data.testIds[i])
    if (strayed >= 0) {
      throw dualsegError(
        'DUALSEG_DATA',
        `${path}: line ${strayed + 1} is case '${known[strayed]!.id}', expected '${data.testIds[strayed]}'; move the file away to test anew`,
      )
    }
    return {
      known,
      async keep(tested) {
        if (savePredictions) await writePrediction(folder, tested)
        log.append(JSON.stringify(tested.result))
      },
      sync: () => log.sync(),
      close: () => log.close(),
    }
  } catch (error) {
    log.close()
    throw error
  }
}
