import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileError, makeFolder } from '@dualseg/data/node'
import { casesCsv, pairsCsv, summaryCsv } from './csv'
import { reportJson } from './json'
import { latex } from './latex'
import { markdown } from './markdown'
import { casePage } from './pages/case-page'
import { indexPage } from './pages/index-page'
import { caseFile, runHref } from './pages/links'
import { runPage } from './pages/run-page'
import type { Report } from './report'
import { reportAssets } from './report-assets'
import { reportPlace } from './report-place'
import { type CaseVolumes, type ReportedVolumes, writeVolumes } from './viewer-volumes'

export interface WriteReportOptions {
  /** The volumes of a data set for the viewer, or why there are none. */
  volumesOf(dataset: string): Promise<ReportedVolumes | string>
  onProgress?(line: string): void
}

/**
 * Writes the report as a folder that needs nothing else: pages, scripts, volumes, and the same as Markdown, CSV, LaTeX and JSON. The folder is
 * made beside and moved into place, over an older report only. The same runs give the same bytes.
 *
 * @throws DUALSEG_USAGE if something else lies at `out`
 * @throws DUALSEG_DISK if it cannot be written
 */
export async function writeReport(report: Report, out: string, options: WriteReportOptions): Promise<void> {
  try {
    const place = reportPlace(out)
    await writeInto(`${place}.${process.pid}.part`, place, report, options)
  } catch (error) {
    const { path = out } = error as NodeJS.ErrnoException
    // What is read has names of its own.
    throw path.startsWith(out) ? fileError(error, { where: '--html: ', path: out, code: 'DUALSEG_DISK' }) : fileError(error)
  }
}

async function writeInto(beside: string, out: string, report: Report, options: WriteReportOptions): Promise<void> {
  rmSync(beside, { recursive: true, force: true })
  const write = (file: string, text: string) => {
    makeFolder(dirname(join(beside, file)))
    writeFileSync(join(beside, file), text)
  }
  try {
    write('index.html', indexPage(report))
    write('report.md', markdown(report))
    write('tables.tex', latex(report))
    write('summary.csv', summaryCsv(report))
    write('cases.csv', casesCsv(report))
    write('pairs.csv', pairsCsv(report))
    write('report.json', `${JSON.stringify(reportJson(report), null, 2)}\n`)
    for (const name of ['sort.js', 'viewer.js', 'report.css']) {
      makeFolder(join(beside, 'assets'))
      copyFileSync(join(reportAssets, name), join(beside, 'assets', name))
    }
    let shared: { dataset: ReportedVolumes | string; volumes: ReadonlyMap<string, CaseVolumes> } | undefined
    for (const [index, { comparison }] of report.comparisons.entries()) {
      const { arms, conditions, scored } = comparison
      // Those of the classes come behind that of their means, which has their runs and volumes.
      const isOfClass = scored?.label !== undefined
      if (!isOfClass) for (const arm of arms) for (const run of arm.runs) write(runHref(run), runPage(arm.name, run, index))
      if (!isOfClass) {
        const dataset = await options.volumesOf(conditions.dataset)
        const volumes: ReadonlyMap<string, CaseVolumes> =
          typeof dataset === 'string'
            ? new Map()
            : await writeVolumes(beside, comparison, dataset, (done, total) =>
                options.onProgress?.(`${conditions.dataset}: ${done}/${total} cases`),
              )
        shared = { dataset, volumes }
      }
      const { dataset, volumes } = shared!
      const ids = new Set(arms.flatMap(({ runs }) => runs.flatMap(({ cases }) => cases.map(({ id }) => id))))
      for (const id of ids) {
        write(caseFile(index, id), casePage(id, arms, index, volumes.get(id) ?? `No volumes here: ${dataset}`))
      }
    }
    rmSync(out, { recursive: true, force: true })
    renameSync(beside, out)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    throw error
  }
}
