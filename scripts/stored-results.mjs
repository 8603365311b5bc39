import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './pack-packages.mjs'

const FILE = join(ROOT, 'benchmarks/fixtures/phantom-results.json')
export const MARK = 'changes results'

/** @typedef {{ dice: number, hd95: number, sha256: string }} Result what a method reached, and the digest of its run */
/** @typedef {Record<string, Result>} Results by method */
/** @typedef {{ summary: string, releases: readonly { type: string }[] }} Changeset */

/**
 * What is stored: the results of the code as it stands, and of the last release; null before the first.
 *
 * @returns {{ current: Results, released: Results | null }}
 */
export function storedResults() {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

export function storeResults(/** @type {{ current: Results, released: Results | null }} */ results) {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}

/**
 * Those of some methods.
 *
 * @returns {Results} all if none is named
 */
export function resultsOf(/** @type {Results} */ results, /** @type {readonly string[]} */ named) {
  return named.length === 0 ? results : Object.fromEntries(Object.entries(results).filter(([method]) => named.includes(method)))
}

/**
 * How a result moved, as a changeset has to say it.
 *
 * @returns {string[]} one line a method whose bits differ; none if all are the same
 */
export function changedResults(/** @type {Results} */ before, /** @type {Results} */ after) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((method) => before[method]?.sha256 !== after[method]?.sha256)
    .map((method) => `${method}: Dice ${value(before[method])} → ${value(after[method])}`)
}

/**
 * Lines that no changeset holds which is at least minor and marked.
 *
 * @returns {string[]}
 */
export function unexplained(/** @type {string[]} */ lines, /** @type {readonly Changeset[]} */ changesets) {
  const marked = changesets.filter(
    ({ summary, releases }) => summary.includes(MARK) && releases.some(({ type }) => type === 'minor' || type === 'major'),
  )
  return lines.filter((line) => !marked.some(({ summary }) => summary.split('\n').some((written) => written.includes(line))))
}

/** Six digits; what moved less shows the same number twice, and the digests tell. */
function value(/** @type {Result | undefined} */ result) {
  return result ? result.dice.toFixed(6) : 'none'
}
