import type { Arm } from './arm'
import type { Comparison } from './comparison'
import { casesCsv, pairsCsv, summaryCsv } from './csv'
import { reportJson } from './json'
import { latex } from './latex'
import { markdown } from './markdown'
import { indexPage } from './pages/index-page'
import { caseFile, runHref } from './pages/links'
import { runPage } from './pages/run-page'
import type { Report } from './report'
import { testedIds } from './viewer-volumes'

/** What every page may load, in the folder `assets`. */
export const ASSETS = ['sort.js', 'viewer.js', 'report.css'] as const

/** All texts of a report but the pages of its cases, by their places in its folder; each is made when it is asked for. */
export function reportFiles(report: Report): ReadonlyMap<string, () => string> {
  const files = new Map<string, () => string>([
    ['index.html', () => indexPage(report)],
    ['report.md', () => markdown(report)],
    ['tables.tex', () => latex(report)],
    ['summary.csv', () => summaryCsv(report)],
    ['cases.csv', () => casesCsv(report)],
    ['pairs.csv', () => pairsCsv(report)],
    ['report.json', () => `${JSON.stringify(reportJson(report), null, 2)}\n`],
  ])
  for (const [index, { comparison }] of report.comparisons.entries()) {
    if (isOfClass(comparison)) continue
    for (const arm of comparison.arms) for (const run of arm.runs) files.set(runHref(run), () => runPage(arm.name, run, index))
  }
  return files
}

/** What the page of a case is made of, but for its volumes. */
export interface ReportedCase {
  readonly id: string
  readonly arms: readonly Arm[]
  /** Its number. */
  readonly comparison: number
  /** Whose volumes it shows: the tables of classes come behind that of their means, which has their runs. */
  readonly volumesOf: Comparison
}

/** Pages of cases by their places in the report's folder. */
export function reportCases({ comparisons }: Report): ReadonlyMap<string, ReportedCase> {
  const cases = new Map<string, ReportedCase>()
  let volumesOf: Comparison | undefined
  for (const [index, { comparison }] of comparisons.entries()) {
    if (!isOfClass(comparison)) volumesOf = comparison
    for (const id of testedIds(comparison.arms))
      cases.set(caseFile(index, id), { id, arms: comparison.arms, comparison: index, volumesOf: volumesOf! })
  }
  return cases
}

function isOfClass({ scored }: Comparison): boolean {
  return scored?.label !== undefined
}
