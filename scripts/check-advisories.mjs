// Asks the npm registry what is known against the packages that users of ours install: `pnpm check:advisories`. Fails at high and critical. Where the
// registry cannot be asked it says so, and that it did not look.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manifestOf, publishedFolders } from './pack-packages.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'check-advisories-'))
try {
  // What npm installs with all of ours: their dependencies and the peers that are not optional.
  const manifests = publishedFolders().map(manifestOf)
  const ours = new Set(manifests.map(({ name }) => name))
  const dependencies = Object.fromEntries(
    manifests
      .flatMap(({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) => [
        ...Object.entries(dependencies),
        ...Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional),
      ])
      .filter(([name]) => !ours.has(name)),
  )
  writeFileSync(join(scratch, 'package.json'), JSON.stringify({ private: true, dependencies }))
  npm('install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund')
  const { stdout } = npm('audit', '--omit=dev', '--json')
  const { vulnerabilities, message } = JSON.parse(stdout || '{}')
  if (!vulnerabilities) console.log(`not asked: the registry does not answer (${message ?? 'no reply'})`)
  else {
    const found = Object.values(vulnerabilities)
    const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical')
    console.log(`${Object.keys(dependencies).length} dependencies: ${found.length} advisories, ${grave.length} high or critical`)
    for (const { name, severity, range } of grave) console.error(`${name} ${range}: ${severity}`)
    process.exitCode = grave.length > 0 ? 1 : 0
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function npm(...args) {
  return spawnSync('npm', args, { cwd: scratch, encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 1 << 26 })
}
