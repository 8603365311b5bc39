// What somebody else's project is: a folder outside the workspace, plain npm, plain node.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestOf, ROOT } from './pack-packages.mjs'

const EXAMPLES = join(ROOT, 'examples')

/** Names of the folders in `examples/`. */
export function exampleNames() {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

/**
 * Copies an example and installs it with `sources` in place of its `latest`.
 *
 * @param sources where each of our packages comes from: a `file:` of a tarball, or a version
 */
export function installExample(name, into, sources) {
  cpSync(join(EXAMPLES, name), into, { recursive: true, filter: (path) => !path.endsWith('node_modules') })
  install(into, manifestOf(into), sources)
}

/** Writes package.json and installs. Packages that only others depend on come from the same `sources`, through `overrides`. */
export function install(folder, manifest, sources) {
  mkdirSync(folder, { recursive: true })
  const dependencies = { ...manifest.dependencies }
  for (const name of Object.keys(dependencies)) dependencies[name] = sources[name] ?? dependencies[name]
  const overrides = Object.fromEntries(Object.entries(sources).filter(([name]) => !(name in dependencies)))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies, overrides }, null, 2))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], folder)
}

/** What the example's README says that it prints. */
export function exampleOutput(name) {
  const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8')
  const block = readme.match(/```text\n([\s\S]*?)```/)?.[1]
  if (block === undefined) throw new Error(`examples/${name}/README.md has no \`\`\`text block with what it prints`)
  return block.trim()
}

/**
 * Runs a command and returns what it printed to stdout.
 *
 * @throws with everything it printed, if it fails
 */
export function run(command, args, cwd, environment = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...plainEnvironment(), ...environment },
    shell: process.platform === 'win32' && command !== process.execPath,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
  return stdout.trim()
}

/** Without what pnpm hands to its scripts: npm would read pnpm's settings as its own. The registry stays. */
function plainEnvironment() {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('npm_') || key === 'npm_config_registry')
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}
