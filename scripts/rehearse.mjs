// A release from beginning to end against a registry on this machine: `pnpm rehearse`. It works on a clone of what is committed, and needs
// the npm registry for what is not ours.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from './local-registry.mjs'
import { manifestOf, publishedFolders, ROOT } from './pack-packages.mjs'
import { exampleNames, exampleOutput, install, installExample, run } from './plain-npm.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'rehearse-'))
const clone = join(scratch, 'clone')
const packages = publishedFolders().map((folder) => manifestOf(folder).name)
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
  const projects = exampleNames().map((name) => ({ name, folder: join(scratch, 'projects', name) }))
  for (const { name, folder } of projects) {
    await step(`install and run examples/${name}`, () => {
      useRegistry(folder)
      installExample(name, folder, {})
      expectVersions(folder, first)
      expectOutput(name, folder)
    })
  }
  await step('run the example of every README', () => runReadmes(first))

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
  console.log(
    `rehearsed: ${packages.length} packages published as ${first} and ${second}, ${projects.length} examples installed and upgraded`,
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
    const versions = new Set(packages.map((name) => manifestOf(join(clone, 'packages', name.split('/')[1])).version))
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
  const printed = run(process.execPath, ['index.js'], folder)
  const promised = exampleOutput(name)
  if (printed !== promised) throw new Error(`examples/${name} printed\n${printed}\nand should print\n${promised}`)
}

function runReadmes(version) {
  const folder = join(scratch, 'projects/readmes')
  useRegistry(folder)
  const dependencies = Object.fromEntries(packages.map((name) => [name, version]))
  const peers = { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-backend-cpu': '4.22.0' }
  install(folder, { private: true, dependencies: { ...dependencies, ...peers } }, {})
  for (const name of packages) {
    const readme = readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8')
    const program = join(folder, `${name.split('/')[1]}.mjs`)
    writeFileSync(program, readme.match(/```[jt]s\n([\s\S]*?)```/)[1])
    run(process.execPath, [program], folder)
  }
}
