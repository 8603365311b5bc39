import { join } from 'node:path'
import type { CaseResult } from '../prediction/test-plan'
import { faultError } from './disk/fault'
import { CASES, expectCases } from './files/cases-file'
import { type ConfigFile, expectConfig } from './files/config-file'
import { RESULT, readResult } from './files/result-file'
import { resultOf } from './result-of'
import type { RunResult } from './run-plan'

/** What a finished run found, each file tested against the others. */
export interface FinishedRun extends ConfigFile {
  readonly folder: string
  readonly result: RunResult
  readonly cases: readonly CaseResult[]
}

/**
 * Reads a run that is finished; undefined where there is no result yet.
 *
 * @throws DUALSEG_DATA with a `fault` if a file is missing or damaged, or the files do not belong together
 */
export function readFinished(folder: string): FinishedRun | undefined {
  const identity = expectConfig(folder)
  const result = readResult(folder)
  if (result === undefined) return undefined
  const cases = expectCases(folder)
  refuseOthers(folder, identity, result, cases)
  return { folder, ...identity, result, cases }
}

/** Rounding of another version's sums. */
const TOLERANCE = 1e-9

function refuseOthers(folder: string, identity: ConfigFile, result: RunResult, cases: readonly CaseResult[]): void {
  const fault = (file: string, found: string, remedy: string) => faultError({ file: join(folder, file), found, remedy })
  const ofResult = (found: string) => fault('result.json', found, `move it away and ${RESULT.remedy}`)
  if (result.configSha256 !== identity.sha256) {
    throw ofResult(`it belongs to run ${result.configSha256}, config.json is of ${identity.sha256}`)
  }
  const ofCases = (found: string) => fault('cases.jsonl', found, CASES.remedy)
  if (result.cases !== cases.length) throw ofCases(`it has ${cases.length} cases, result.json counts ${result.cases}`)
  const twice = cases.find(({ id }, index) => cases.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined) throw ofCases(`it has case ${twice.id} twice`)
  const other = differing(result, resultOf(identity, cases))
  if (other !== undefined) throw ofResult(`${other.path} is ${other.found}, config.json and cases.jsonl give ${other.expected}`)
}

function differing(
  found: unknown,
  expected: unknown,
  path = '',
): { path: string; found: unknown; expected: unknown } | undefined {
  if (typeof found === 'object' && found !== null && typeof expected === 'object' && expected !== null) {
    const of = (value: object, key: string) => (value as Record<string, unknown>)[key]
    for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
      const other = differing(of(found, key), of(expected, key), path === '' ? key : `${path}.${key}`)
      if (other !== undefined) return other
    }
    return undefined
  }
  const isSame =
    typeof found === 'number' && typeof expected === 'number'
      ? Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected))
      : found === expected
  return isSame ? undefined : { path, found, expected }
}
