import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { visibleNames } from '@dualseg/data/node'
import { projectRoot } from '../data/project-root'
import { findRuns } from '../report/find-runs'
import { locateLists } from '../report/locate-lists'
import { makeReport } from '../report/report'
import { madeFrom, withMadeBlocks } from './made-blocks'
import { type ResultsSection, resultsSection } from './results-section'

const PAGES = join(projectRoot, 'docs', 'results')

/** Every file of `docs/results` that is made from the stored runs, wholly or in part, as it must be; by path. */
export async function publishedFiles(): Promise<Map<string, string>> {
  const pages = visibleNames(PAGES).filter((name) => name.endsWith('.md'))
  const files = new Map<string, string>()
  for (const name of pages) {
    const text = readFileSync(join(PAGES, name), 'utf8')
    const sections = new Map<string, ResultsSection>()
    for (const folder of madeFrom(text)) {
      const report = await makeReport(findRuns(join(projectRoot, folder)), locateLists)
      sections.set(folder, resultsSection(report, folder.split('/').slice(-2).join('-')))
    }
    files.set(
      join(PAGES, name),
      withMadeBlocks(text, (folder) => sections.get(folder)!.text),
    )
    for (const { figures } of sections.values()) {
      for (const [file, svg] of figures) files.set(join(PAGES, 'figures', file), `${svg}\n`)
    }
  }
  return files
}

/** Figures that lie there. */
export function drawnFigures(): string[] {
  const folder = join(PAGES, 'figures')
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}
