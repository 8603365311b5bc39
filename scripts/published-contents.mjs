// What a package holds as the registry gives it out.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './plain-npm.mjs'

/** What nobody who installs has a use for, or may get from us. */
const UNWANTED = [/\.test\./, /\/volumes\//, /\.nii/, /\.h5$/, /tsconfig/, /\/node_modules\//, /\.turbo/]
/** What every package has. */
const NEEDED = ['package/package.json', 'package/README.md', 'package/CHANGELOG.md', 'package/LICENSE']

/** @throws with what is wrong with the published tarball of a package */
export function expectContents(name, version, project, into, more = []) {
  mkdirSync(into, { recursive: true })
  const [{ filename }] = JSON.parse(run('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', into], project))
  const tarball = join(into, filename)
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  const missing = [...NEEDED, ...more].filter((file) => !files.includes(file))
  const unwanted = files.filter((file) => UNWANTED.some((pattern) => pattern.test(file)))
  const manifest = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })
  const faults = [
    ...(missing.length > 0 ? [`without ${missing.join(', ')}`] : []),
    ...(unwanted.length > 0 ? [`with ${unwanted.slice(0, 5).join(', ')}`] : []),
    ...(manifest.includes('workspace:') ? ['with workspace: in its dependencies'] : []),
    ...(JSON.parse(manifest).version === version ? [] : [`as ${JSON.parse(manifest).version}`]),
  ]
  if (faults.length > 0) throw new Error(`${name}@${version} is published ${faults.join('; ')}`)
}
