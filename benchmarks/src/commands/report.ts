import { once } from 'node:events'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { phantomDataset } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { abortOnInterrupt } from '../command-line/abort-on-interrupt'
import { choose, oneInteger } from '../command-line/choose'
import { EXIT } from '../command-line/exit-codes'
import { workOff } from '../command-line/progress'
import type { ReadArguments } from '../command-line/read-arguments'
import type { Verb } from '../command-line/verb'
import { describedVolumes } from '../data/described-volumes'
import { locateLa, PHANTOM_SEED } from '../data/locate-la'
import { phantomOf } from '../data/phantom-of'
import { casesCsv } from '../report/csv'
import { describedOfRuns } from '../report/described-of-runs'
import { findRuns } from '../report/find-runs'
import { reportJson } from '../report/json'
import { latex } from '../report/latex'
import { serveReport } from '../report/live/serve-report'
import { locateLists } from '../report/locate-lists'
import { markdown } from '../report/markdown'
import { sayFaults } from '../report/read-each'
import { makeReport, type Report } from '../report/report'
import type { ReportedVolumes } from '../report/viewer-volumes'
import { writeReport } from '../report/write-report'

const PORT = 4400

const WRITERS: Readonly<Record<string, (report: Report) => string>> = {
  markdown,
  csv: casesCsv,
  latex,
  json: (report) => `${JSON.stringify(reportJson(report), null, 2)}\n`,
}

export const FORMATS = Object.keys(WRITERS)

/** `bench report`: what finished runs say, on stdout or as a folder of pages. */
export const report: Verb = {
  definition: {
    meta: { name: 'report', description: 'Report finished runs: tables, statistics, figures, cases in a viewer' },
    args: {
      runs: { type: 'positional', description: 'Folder with runs', default: 'runs', valueHint: 'folder' },
      html: { type: 'string', description: 'Write a folder of pages that open from the disk', valueHint: 'folder' },
      serve: {
        type: 'boolean',
        description: 'Serve the pages to this machine until Ctrl-C; they follow runs that go on',
        default: false,
      },
      port: { type: 'string', description: `serve: port; ${PORT} if not given, 0 for any free`, valueHint: 'number' },
      format: {
        type: 'string',
        description: `Print as ${FORMATS.join(', ')} (csv: every case); markdown if not given`,
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
    'pnpm bench report --serve',
    'pnpm -s bench report --format latex > tables.tex',
    'pnpm -s bench report --json',
  ],
  async run(args) {
    const format = args.json ? 'json' : choose('--format', String(args.format ?? 'markdown'), FORMATS)
    const port = portOf(args)
    // A place that is named and not there is not passed over. Throws.
    if (args.data !== undefined) statSync(resolve(String(args.data)))
    const givenVolumes = async (dataset: string) =>
      args.volumes ? volumesOf(dataset, args.data as string | undefined) : 'they were left out (--no-volumes).'
    if (port !== undefined) return serve(resolve(String(args.runs)), port, givenVolumes, args.json === true)
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
            await writeReport(made, out, { volumesOf: givenVolumes, onProgress: line })
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

/** Undefined where nothing is to be served. */
function portOf({ serve, port, html, format }: ReadArguments): number | undefined {
  if (!serve) {
    if (port !== undefined) throw dualsegError('DUALSEG_USAGE', '--port is for --serve; give both, or neither')
    return undefined
  }
  for (const [name, value] of Object.entries({ html, format }))
    if (value !== undefined) throw dualsegError('DUALSEG_USAGE', `--serve writes nothing; leave --${name} out`)
  return port === undefined ? PORT : oneInteger('--port', String(port), 0, 65_535)
}

async function serve(
  runs: string,
  port: number,
  volumesOf: (dataset: string) => Promise<ReportedVolumes | string>,
  json: boolean,
): Promise<number> {
  const { signal, stopListening } = abortOnInterrupt()
  const { address, close } = await serveReport(runs, { port, listed: locateLists, volumesOf })
  console.log(json ? JSON.stringify({ address }) : address)
  console.error('Ctrl-C ends it; runs go on without it.')
  if (!signal.aborted) await once(signal, 'abort')
  stopListening()
  await close()
  return EXIT.done
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
