// Checks the package in the current folder as the registry would receive it. `pnpm check:pack` runs it for every package.
// publint and attw read the tarball and not the folder: `exports` and dependencies differ between the two.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import ts from 'typescript'
import { manifestOf, packPackage, ROOT } from './pack-packages.mjs'

const folder = process.cwd()
const { name, exports } = manifestOf(folder)
const budget = JSON.parse(readFileSync(join(ROOT, 'scripts/size-budgets.json'), 'utf8'))[basename(folder)]
const scratch = mkdtempSync(join(tmpdir(), 'check-pack-'))
const faults = []

try {
  const tarball = packPackage(folder, scratch)
  tool('publint', ['run', tarball, '--strict'])
  // ESM only: `require` of it works on every Node that `engines` allows, which attw does not know; the packed packages are
  // required by scripts/smoke-packed.mjs. node10 resolution does not read `exports`.
  const asNode16 = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']
  // A program exports no types.
  if (exports) tool('attw', [tarball, ...asNode16, '--no-emoji', '--no-color', '--format', 'ascii'])
  expectNoAny()
  expectNothingStale()
  expectSize(tarball)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
for (const fault of faults) console.error(`${name}: ${fault}`)
process.exitCode = faults.length > 0 ? 1 : 0

/** Runs a checker; what it printed is shown only where it found something. */
function tool(command, args) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', command), args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) faults.push(`${command} found faults in the packed package\n${stdout}${stderr}`)
}

function expectNoAny() {
  for (const file of built('.d.ts')) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line
        faults.push(`a public type is \`any\` in ${basename(file)}: ${source.text.split('\n')[line].trim()}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
}

/** A build that is restored from a cache leaves the pieces of the one before in `dist`: they would be packed, and no file asks for them. */
function expectNothingStale() {
  const text = built('.js', '.d.ts').map((file) => readFileSync(file, 'utf8'))
  // Shared pieces carry a hash: `chunk-NVLQ22QD.js`, `volume-C8wSzRCU.d.ts`.
  const pieces = built('.js', '.d.ts').filter((file) => /-[\w-]{8}(\.d\.ts|\.js)$/.test(file))
  const stale = pieces
    .map((file) => basename(file).replace(/(\.d\.ts|\.js)$/, ''))
    .filter((name) => !text.some((one) => new RegExp(`['"]\\./${name}\\.js['"]`).test(one)))
  if (stale.length > 0) faults.push(`of an older build: ${stale.join(', ')}; remove dist and build again`)
}

function expectSize(tarball) {
  const packedKb = statSync(tarball).size / 1000
  const codeKb = built('.js').reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000
  if (!budget) {
    faults.push(
      `no size budget in scripts/size-budgets.json; it packs to ${packedKb.toFixed(0)} kB, its code to ${codeKb.toFixed(0)} kB`,
    )
    return
  }
  const line = (what, kb, most) => `${what} ${kb.toFixed(1)} of ${most} kB`
  console.log(`${name}: ${line('tarball', packedKb, budget.packedKb)}, ${line('code, gzipped,', codeKb, budget.codeKb)}`)
  if (packedKb > budget.packedKb || codeKb > budget.codeKb) {
    faults.push('larger than its budget; find what grew, or raise the budget in scripts/size-budgets.json and say why')
  }
}

/** Files of the build with one of these endings. */
function built(...endings) {
  const dist = join(folder, 'dist')
  return readdirSync(dist)
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .map((file) => join(dist, file))
}
