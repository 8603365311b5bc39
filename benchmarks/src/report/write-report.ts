import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileError, makeFolder } from '@dualseg/data/node'
import type { Comparison } from './comparison'
import { casePage } from './pages/case-page'
import type { Report } from './report'
import { reportAssets } from './report-assets'
import { ASSETS, reportCases, reportFiles } from './report-files'
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
  const volumesOf = async (comparison: Comparison) => {
    const { dataset } = comparison.conditions
    const from = await options.volumesOf(dataset)
    const onProgress = (done: number, total: number) => options.onProgress?.(`${dataset}: ${done}/${total} cases`)
    return { from, volumes: typeof from === 'string' ? new Map() : await writeVolumes(beside, comparison, from, { onProgress }) }
  }
  try {
    for (const [file, text] of reportFiles(report)) write(file, text())
    makeFolder(join(beside, 'assets'))
    for (const name of ASSETS) copyFileSync(join(reportAssets, name), join(beside, 'assets', name))
    const shown = new Map<Comparison, { from: ReportedVolumes | string; volumes: ReadonlyMap<string, CaseVolumes> }>()
    for (const [file, one] of reportCases(report)) {
      if (!shown.has(one.volumesOf)) shown.set(one.volumesOf, await volumesOf(one.volumesOf))
      const { from, volumes } = shown.get(one.volumesOf)!
      write(file, casePage(one.id, one.arms, one.comparison, volumes.get(one.id) ?? `No volumes here: ${from}`))
    }
    rmSync(out, { recursive: true, force: true })
    renameSync(beside, out)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    throw error
  }
}
