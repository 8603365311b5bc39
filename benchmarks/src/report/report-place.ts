import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { REPORT_FORMAT } from './json'

/** All that lies at the top of a report's folder, now or in older ones. */
const PARTS: ReadonlySet<string> = new Set([
  'index.html',
  'report.md',
  'tables.tex',
  'summary.csv',
  'cases.csv',
  'pairs.csv',
  'report.json',
  'assets',
  'cases',
  'runs',
  'volumes',
])

/**
 * Where a report's folder really lies, with a link followed, and known to be new, empty, or an older report with nothing else in it: for it is replaced as a
 * whole.
 *
 * @throws DUALSEG_USAGE if something else lies there
 */
export function reportPlace(out: string): string {
  const isLink = lstatSync(out, { throwIfNoEntry: false })?.isSymbolicLink() === true
  const place = isLink ? realpathSync(out) : out
  refuseForeign(out, place)
  makeFolder(dirname(place))
  accessSync(dirname(place), constants.W_OK)
  return place
}

function refuseForeign(out: string, place: string): void {
  const refuse = (found: string) =>
    dualsegError('DUALSEG_USAGE', `--html ${out}: ${found}; name a new folder, or an older report`)
  if (!existsSync(place)) return
  if (!statSync(place).isDirectory()) throw refuse('something else lies there')
  const names = readdirSync(place)
  if (names.length === 0) return
  const file = join(place, 'report.json')
  const isReport = existsSync(file) && readFileSync(file, 'utf8').includes(`"format": "${REPORT_FORMAT}"`)
  if (!isReport) throw refuse('something else lies there')
  const others = names.filter((name) => !PARTS.has(name))
  if (others.length > 0)
    throw refuse(`beside an older report, which would be replaced as a whole, lie ${others.slice(0, 5).join(', ')}`)
}
