import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { phantomDataset } from '@dualseg/data/node'
import { choose } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import { workOff } from '../command-line/progress'
import type { Verb } from '../command-line/verb'
import { describedVolumes } from '../data/described-volumes'
import { locateLa, PHANTOM_SEED } from '../data/locate-la'
import { phantomOf } from '../data/phantom-of'
import { casesCsv } from '../report/csv'
import { describedOfRuns } from '../report/described-of-runs'
import { findRuns } from '../report/find-runs'
import { reportJson } from '../report/json'
import { latex } from '../report/latex'
import { locateLists } from '../report/locate-lists'
import { markdown } from '../report/markdown'
import { sayFaults } from '../report/read-each'
import { makeReport, type Report } from '../report/report'
import type { ReportedVolumes } from '../report/viewer-volumes'
import { writeReport } from '../report/write-report'

const WRITERS: Readonly<Record<string, (report: Report) => string>> = {
  markdown,
  csv: casesCsv,
  latex,
  json: (report) => `${JSON.stringify(reportJson(report), null, 2)}\n`,
}

/** `bench report`: what finished runs say, on stdout or as a folder of pages. */
export const report: Verb = {
  definition: {
    meta: { name: 'report', description: 'Report finished runs: tables, statistics, figures, cases in a viewer' },
    args: {
      runs: { type: 'positional', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      html: { type: 'string', description: 'Write a folder of pages that open from the disk', valueHint: 'folder' },
      format: {
        type: 'string',
        description: `Print as ${Object.keys(WRITERS).join(', ')} (csv: every case)`,
        default: 'markdown',
      },
      json: { type: 'boolean', description: 'Print one JSON object; as --format json', default: false },
      data: {
        type: 'string',
        description: 'Folder with the volumes for the viewer, or with their dataset.json; else as in bench la',
        valueHint: 'folder',
      },
      volumes: { type: 'boolean', description: 'Put the volumes into the folder for the viewer', default: true },
    },
  },
  examples: [
    'pnpm bench report --html report',
    'pnpm bench report runs/la --html report --no-volumes',
    'pnpm -s bench report --format latex > tables.tex',
    'pnpm -s bench report --json',
  ],
  async run(args) {
    const format = args.json ? 'json' : choose('--format', String(args.format), Object.keys(WRITERS))
    // A place that is named and not there is not passed over. Throws.
    if (args.data !== undefined) statSync(resolve(String(args.data)))
    const found = findRuns(resolve(String(args.runs)))
    const made = await makeReport(found, locateLists)
    sayFaults(found.faults)
    if (found.untested.length > 0)
      console.error(`Trained on all cases, tested on none, and not reported: ${found.untested.join(', ')}`)
    const code = found.faults.length > 0 ? EXIT.data : EXIT.done
    if (args.html === undefined) {
      process.stdout.write(WRITERS[format]!(made))
      return code
    }
    const out = resolve(String(args.html))
    const title = `Report of ${found.finished.length} finished runs (${found.unfinished.length} are not)`
    const errors = await workOff(
      [
        {
          title,
          run: async (line) => {
            await writeReport(made, out, {
              volumesOf: async (dataset) =>
                args.volumes ? volumesOf(dataset, args.data as string | undefined) : 'they were left out (--no-volumes).',
              onProgress: line,
            })
            return undefined
          },
        },
      ],
      { stopOnError: true },
    )
    for (const error of errors.values()) throw error
    console.log(args.json ? JSON.stringify({ html: out }) : `${out}/index.html`)
    return code
  },
}

/** The volumes that a viewer may show, or why there are none; the report is whole without them. */
async function volumesOf(name: string, data: string | undefined): Promise<ReportedVolumes | string> {
  if (name === 'phantom') return phantomDataset(PHANTOM_SEED)
  const own = name.replace(/-phantom$/, '')
  const la = name === 'la' ? await locateLa(data) : undefined
  if (la?.name === name) return la
  const description = await describedOfRuns(own, data)
  if (description !== undefined) {
    if (name !== own) return phantomOf(description)
    const volumes = await describedVolumes(description, description.isBuiltIn ? data : undefined)
    if (volumes !== null) return { name, source: volumes.source }
  }
  const reason = `the ${name} volumes are not at hand; name their folder with --data or DUALSEG_DATA.`
  console.error(`The viewer stays empty: ${reason}`)
  return reason
}
