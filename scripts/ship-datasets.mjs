// What the command line needs of the data sets of this repository, put into its package before it is packed: descriptions, lists and checksums, and no volume.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './pack-packages.mjs'

const from = join(ROOT, 'datasets')
const into = join(ROOT, 'benchmarks/datasets')

rmSync(into, { recursive: true, force: true })
for (const name of readdirSync(from)) {
  if (!existsSync(join(from, name, 'dataset.json'))) continue
  mkdirSync(join(into, name), { recursive: true })
  for (const entry of ['dataset.json', 'README.md', 'SHA256SUMS', 'folds']) {
    if (existsSync(join(from, name, entry))) cpSync(join(from, name, entry), join(into, name, entry), { recursive: true })
  }
}
