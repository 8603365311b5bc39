// Keeps what a finished run found, for figures that are published: `node scripts/keep-runs.mjs runs/la/half` (under `benchmarks/results/<last folders>`), and makes the
// tables and figures of docs/results anew.
import { execFileSync } from 'node:child_process'
import { basename, dirname, join, resolve } from 'node:path'
import { KEPT, keepRuns } from './kept-runs.mjs'
import { ROOT } from './pack-packages.mjs'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Name the folder of a data set and profile: node scripts/keep-runs.mjs runs/la/half')
const from = resolve(folder)
for (const run of keepRuns(from, join(KEPT, basename(dirname(from)), basename(from)))) console.log(run)
execFileSync(process.execPath, [join(ROOT, 'benchmarks/dist/publish-results.js')], { stdio: 'inherit' })
