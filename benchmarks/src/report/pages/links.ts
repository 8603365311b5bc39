import type { ReportedRun } from '../run-files'
import { shortHash } from '../run-files'

/** The address of a file of the report, from its folder: names may hold what addresses take for their own (`#`, `?`, `%`, spaces). */
export function addressOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/')
}

/** Where a case's page lies in the report's folder, and the link to it from there. */
export function caseFile(comparison: number, id: string): string {
  return `cases/${comparison}/${id}.html`
}

export function caseHref(comparison: number, id: string): string {
  return addressOf(caseFile(comparison, id))
}

export function runHref(run: Pick<ReportedRun, 'sha256'>): string {
  return `runs/${shortHash(run)}.html`
}
