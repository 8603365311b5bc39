// A release from beginning to end against a registry on this machine: `pnpm rehearse`. It works on a clone of what is committed, and needs
// the npm registry for what is not ours. `--command` leaves out the examples and READMEs of the packages.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandsOf, exampleOf, parseBlocks, promisedBy } from './documentation/blocks.mjs'
import { startRegistry } from './local-registry.mjs'
import { COMMAND_FOLDER, manifestOf, publishedFolders, ROOT } from './pack-packages.mjs'
import { exampleNames, exampleOutput, installExample, run } from './plain-npm.mjs'
import { expectSame } from './promised-output.mjs'
import { expectContents } from './published-contents.mjs'
import { firstVersionSteps, secondVersionSteps } from './rehearsed-command.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'rehearse-'))
const clone = join(scratch, 'clone')
const packages = publishedFolders().map((folder) => manifestOf(folder).name)
const command = manifestOf(COMMAND_FOLDER).name
const isCommandAlone = process.argv.includes('--command')
let registry

try {
  await step('clone and install', () => {
    run('git', ['clone', '--quiet', ROOT, clone], scratch)
    // A publication is tagged, and tags carry a name.
    run('git', ['config', 'user.name', 'Rehearsal'], clone)
    run('git', ['config', 'user.email', 'rehearsal@localhost'], clone)
    run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], clone)
  })
  await step('start the local registry', async () => {
    registry = await startRegistry(join(scratch, 'registry'))
  })

  const first = await publishNext('first')
  await step('look into what the registry gives out', () => {
    const folder = join(scratch, 'projects/contents')
    useRegistry(folder)
    for (const name of packages) expectContents(name, first, folder, scratch)
    expectContents(command, first, folder, scratch, ['package/dist/cli.js', 'package/datasets/hippocampus/dataset.json'])
  })
  const projects = (isCommandAlone ? [] : exampleNames()).map((name) => ({ name, folder: join(scratch, 'projects', name) }))
  for (const { name, folder } of projects) {
    await step(`install and run examples/${name}`, () => {
      useRegistry(folder)
      installExample(name, folder, {})
      expectVersions(folder, first)
      expectOutput(name, folder)
    })
  }
  for (const name of isCommandAlone ? [] : packages)
    await step(`do what the README of ${name} says`, () => followReadme(name, first))

  const npxFolder = join(scratch, 'projects/npx')
  useRegistry(npxFolder)
  for (const [title, body] of Object.entries(firstVersionSteps(npxFolder, scratch, first))) await step(title, body)

  const second = await publishNext('second')
  if (second === first) throw new Error(`the second version is ${second} again`)
  for (const { name, folder } of projects) {
    await step(`upgrade examples/${name} to ${second} and run it`, () => {
      const ours = Object.keys(manifestOf(folder).dependencies).filter((dependency) => packages.includes(dependency))
      run('npm', ['install', '--no-audit', '--no-fund', '--prefer-online', ...ours.map((one) => `${one}@latest`)], folder)
      expectVersions(folder, second)
      expectOutput(name, folder)
    })
  }
  for (const [title, body] of Object.entries(secondVersionSteps(npxFolder, scratch, second))) await step(title, body)
  console.log(
    `rehearsed: ${packages.length} packages and the command line published as ${first} and ${second}, ${projects.length} examples installed and upgraded`,
  )
} finally {
  registry?.stop()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
}

async function step(name, body) {
  const start = Date.now()
  const result = await body()
  console.log(`ok ${name} (${((Date.now() - start) / 1000).toFixed(0)} s)`)
  return result
}

/** Changeset, versions, commit, publication: what a release is. */
function publishNext(which) {
  return step(`publish the ${which} version`, () => {
    const note = `---\n${packages.map((name) => `"${name}": patch`).join('\n')}\n---\n\nRehearsal of a ${which} version.\n`
    writeFileSync(join(clone, '.changeset', `rehearsal-${which}.md`), note)
    run('pnpm', ['version-packages'], clone)
    run('git', ['commit', '--quiet', '--all', '--message', `Versions, ${which}`], clone)
    const settings = join(scratch, 'npmrc')
    writeFileSync(settings, `${registry.address.replace('http:', '')}:_authToken=rehearsal\n`)
    run('pnpm', ['release'], clone, { npm_config_registry: registry.address, NPM_CONFIG_USERCONFIG: settings })
    const folders = [...packages.map((name) => join(clone, 'packages', name.split('/')[1])), join(clone, 'benchmarks')]
    const versions = new Set(folders.map((folder) => manifestOf(folder).version))
    if (versions.size !== 1) throw new Error(`the packages have several versions: ${[...versions].join(', ')}`)
    return [...versions][0]
  })
}

/** Only our scope comes from the local registry. */
function useRegistry(folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.npmrc'), `@dualseg:registry=${registry.address}\n`)
}

function expectVersions(folder, version) {
  for (const name of Object.keys(manifestOf(folder).dependencies).filter((dependency) => packages.includes(dependency))) {
    const installed = manifestOf(join(folder, 'node_modules', name)).version
    if (installed !== version) throw new Error(`${name} is installed as ${installed}, published was ${version}`)
  }
}

function expectOutput(name, folder) {
  expectSame(run(process.execPath, ['index.js'], folder), exampleOutput(name))
}

/** Does what the README of a package says: installs by its own line, runs its example, compares what that prints. */
function followReadme(name, version) {
  const folder = join(scratch, 'projects/readmes', name.split('/')[1])
  useRegistry(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const readme = readFileSync(join(clone, 'packages', name.split('/')[1], 'README.md'), 'utf8')
  const installs = parseBlocks('README.md', readme)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => commandsOf(text))
    .filter((command) => command.startsWith('npm install '))
  if (installs.length === 0) throw new Error(`the README of ${name} does not say how to install it`)
  for (const command of installs) {
    run('npm', [...command.split(' ').slice(1), '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], folder)
  }
  const installed = manifestOf(join(folder, 'node_modules', name)).version
  if (installed !== version) throw new Error(`${name} is installed as ${installed}, published was ${version}`)
  const example = exampleOf(readme)
  if (!example) return
  writeFileSync(join(folder, 'example.mjs'), example.text)
  expectSame(run(process.execPath, ['example.mjs'], folder), promisedBy(example))
}
