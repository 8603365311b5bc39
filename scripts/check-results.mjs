// Trains every method and its supervised twin on the phantom for some iterations and compares with what is stored, bit for bit: `pnpm check:results`. Some minutes.
//
//   node scripts/check-results.mjs            fails if a result differs from the stored one, or from the last release's without a changeset
//   node scripts/check-results.mjs --store    stores what was found
//   … <method> <method>                       of these methods alone
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import readChangesets from '@changesets/read'
import { ROOT } from './pack-packages.mjs'
import { changedResults, MARK, resultsOf, storedResults, storeResults, unexplained } from './stored-results.mjs'

const named = process.argv.slice(2).filter((word) => word !== '--store')
const stored = storedResults()
const printed = execFileSync(process.execPath, [join(ROOT, 'benchmarks/dist/phantom-results.js'), ...named], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const found = JSON.parse(printed)
const moved = changedResults(resultsOf(stored.current, named), found)
const faults = []

if (moved.length === 0) console.log(`${Object.keys(found).length} methods and twins: every result is the stored one, bit for bit`)
else if (process.argv.includes('--store')) {
  storeResults({ ...stored, current: named.length > 0 ? { ...stored.current, ...found } : found })
  console.log(`stored:\n${moved.join('\n')}`)
} else {
  faults.push(`The code gives other results than those stored:\n${moved.join('\n')}`)
  faults.push('If that is meant: pnpm check:results --store')
}
if (stored.released) {
  const missing = unexplained(changedResults(resultsOf(stored.released, named), found), await readChangesets(ROOT))
  if (missing.length > 0) {
    faults.push(
      `Since the last release results moved, and no changeset says so. Write one (pnpm changeset), at least minor, with:`,
    )
    faults.push(`«${MARK}», on the phantom\n${missing.join('\n')}`)
  }
}
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
