import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { casePage } from '../pages/case-page'
import { inWorkPage } from '../pages/in-work-page'
import { indexPage } from '../pages/index-page'
import { reportAssets } from '../report-assets'
import { ASSETS, reportCases, reportFiles } from '../report-files'
import type { LiveReport, LiveState } from './live-report'
import type { ServedVolumes } from './served-volumes'

export interface Answer {
  readonly type: string
  readonly body: string | Uint8Array
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.md': 'text/markdown',
  '.tex': 'text/plain',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

/** The file of a report at this place in its folder, from the runs as they are now; undefined where the report has none such. No path of the disk is made of `file`. */
export async function answer(file: string, live: LiveReport, volumes: ServedVolumes): Promise<Answer | undefined> {
  const body = asset(file) ?? volumes.script(file) ?? (await text(file, await live.state(), volumes))
  return body === undefined ? undefined : { type: `${TYPES[extname(file)] ?? 'text/plain'}; charset=utf-8`, body }
}

function asset(file: string): Uint8Array | undefined {
  const name = [...ASSETS, 'live.js'].find((one) => file === `assets/${one}`)
  return name === undefined ? undefined : readFileSync(join(reportAssets, name))
}

async function text(file: string, { report, inWork }: LiveState, volumes: ServedVolumes): Promise<string | undefined> {
  if (file === 'index.html') return indexPage(report, inWork)
  if (file === 'in-work.html') return inWorkPage(inWork)
  const one = reportCases(report).get(file)
  if (one !== undefined) return casePage(one.id, one.arms, one.comparison, await volumes.of(one))
  return reportFiles(report).get(file)?.()
}
