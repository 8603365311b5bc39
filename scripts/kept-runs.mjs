import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './pack-packages.mjs'

/** Where finished runs are kept whose figures stand in the README: what they were, what each case got, how the terms went; no volumes, no weights. */
export const KEPT = join(ROOT, 'benchmarks/results')
const FILES = ['config.json', 'result.json', 'cases.jsonl']
/** Lines of a log's summary. */
const PIECES = 20

/** Folders below one that hold a finished run. */
export function finishedRuns(/** @type {string} */ folder) {
  const all = /** @type {string[]} */ (readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  return all.filter((path) => /(^|[\\/])result\.json$/.test(path)).map((path) => join(folder, dirname(path)))
}

/** Keeps every finished run below a folder, under its path there. */
export function keepRuns(/** @type {string} */ folder, to = KEPT) {
  return finishedRuns(folder).map((run) => {
    const target = join(to, relative(folder, run))
    mkdirSync(target, { recursive: true })
    for (const file of FILES) cpSync(join(run, file), join(target, file))
    // A run of an older version has none.
    if (existsSync(join(run, 'split.json'))) cpSync(join(run, 'split.json'), join(target, 'split.json'))
    const lines = readLines(join(run, 'log.jsonl'))
    writeFileSync(join(target, 'log-summary.json'), `${JSON.stringify(logSummary(lines), null, 2)}\n`)
    return target
  })
}

/** @typedef {{ iteration: number, terms: Record<string, number>, weights: Record<string, number>, noted: Record<string, number | null> }} Line */

/** Means of all terms over equal pieces of a run, and between what and what their weights were. How long steps took is left out: it tells of the machine's other work. */
export function logSummary(/** @type {Line[]} */ lines) {
  const size = Math.ceil(lines.length / PIECES)
  const pieces = Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => lines.slice(i * size, (i + 1) * size))
  return {
    iterations: lines.length,
    weights: ranges(lines.map(({ weights }) => weights)),
    means: pieces.map((piece) => ({
      upTo: piece.at(-1)?.iteration,
      ...means(piece.map(({ terms, noted }) => ({ ...terms, ...noted }))),
    })),
  }
}

/** The least and the greatest value of every name. */
function ranges(/** @type {Record<string, number>[]} */ rows) {
  const names = new Set(rows.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map((name) => {
      const values = rows.flatMap((row) => (name in row ? [row[name]] : []))
      return [name, values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [values[0], values[0]])]
    }),
  )
}

/** Of every name, over the lines that have a number for it. */
function means(/** @type {Record<string, number | null>[]} */ rows) {
  const names = new Set(rows.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map((name) => {
      const values = rows.flatMap((row) => (typeof row[name] === 'number' ? [row[name]] : []))
      return [name, values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null]
    }),
  )
}

export function readLines(/** @type {string} */ file) {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []
}
