import type { ReportedRun } from '../run-files'
import { shortHash } from '../run-files'

/** Where a case's page lies in the report's folder, and the link to it from there. */
export function caseFile(comparison: number, id: string): string {
  return `cases/${comparison}/${id}.html`
}

export function caseHref(comparison: number, id: string): string {
  return caseFile(comparison, encodeURIComponent(id))
}

export function runHref(run: Pick<ReportedRun, 'sha256'>): string {
  return `runs/${shortHash(run)}.html`
}
