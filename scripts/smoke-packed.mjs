// Installs the packed packages by plain npm outside the workspace and uses them: `pnpm test:packed`. It needs the npm registry.
//
//   node scripts/smoke-packed.mjs [part of a check's name]
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleOf, promisedBy } from './documentation/blocks.mjs'
import { COMMAND_FOLDER, manifestOf, packedSources, packPackage, publishedFolders, ROOT } from './pack-packages.mjs'
import { commandWorks } from './packed-command.mjs'
import { exampleNames, exampleOutput, install, installExample, run } from './plain-npm.mjs'
import { expectSame, promisedOutput } from './promised-output.mjs'

const only = process.argv[2] ?? ''
const scratch = mkdtempSync(join(tmpdir(), 'smoke-packed-'))
const consumer = join(scratch, 'consumer')
let passed = 0
let failed = 0

try {
  const sources = packedSources(join(scratch, 'tarballs'))

  for (const name of exampleNames()) {
    check(`examples/${name}, installed alone`, () => {
      const folder = join(scratch, name)
      installExample(name, folder, sources)
      expectSame(run(process.execPath, ['index.js'], folder), exampleOutput(name))
    })
  }

  const command = join(scratch, 'command')
  check(
    'the command line, installed in an empty folder',
    () => {
      const { name } = manifestOf(COMMAND_FOLDER)
      install(
        command,
        { private: true, dependencies: { [name]: `file:${packPackage(COMMAND_FOLDER, join(scratch, 'tarballs'))}` } },
        sources,
      )
    },
    only.startsWith('the command line'),
  )
  for (const [what, body] of Object.entries(commandWorks(command))) check(`the command line: ${what}`, body)

  check(
    'all packages together',
    () => {
      cpSync(join(ROOT, 'scripts/consumer'), consumer, { recursive: true })
      const others = { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-backend-cpu': '4.22.0', vitest: '^4' }
      const typesOfNode = { '@types/node': manifestOf(ROOT).devDependencies['@types/node'] }
      install(consumer, { private: true, dependencies: { ...sources, ...others, ...typesOfNode } }, sources)
    },
    true,
  )
  check('together: import', () => expectSame(run(process.execPath, ['import-all.mjs'], consumer), promised('import-all.mjs')))
  check('together: require', () => expectSame(run(process.execPath, ['require-all.cjs'], consumer), promised('require-all.cjs')))
  check('together: every entry, imported and required', () => run(process.execPath, ['all-entries.mjs'], consumer))
  check('together: no file or thread in what browsers load', () => run(process.execPath, ['browser-entries.mjs'], consumer))
  check('together: two copies of tfjs-core', () => {
    const folder = join(consumer, 'two-cores')
    const core = 'node_modules/@tensorflow/tfjs-core'
    cpSync(join(consumer, core), join(folder, core), { recursive: true })
    expectSame(run(process.execPath, ['two-cores.mjs'], folder), promised('two-cores/two-cores.mjs'))
  })
  for (const { name } of publishedFolders().map(manifestOf)) {
    check(`together: README of ${name}`, () => {
      const readme = readFileSync(join(consumer, 'node_modules', name, 'README.md'), 'utf8')
      const example = exampleOf(readme)
      if (!example) return
      const program = join(consumer, `readme-${name.split('/')[1]}.mjs`)
      writeFileSync(program, example.text)
      expectSame(run(process.execPath, [program], consumer), promisedBy(example))
    })
  }
  for (const project of ['tsconfig.json', 'tsconfig.bundler.json']) {
    check(`together: types, ${project}`, () => {
      for (const name of exampleNames()) {
        cpSync(join(ROOT, 'examples', name), join(consumer, 'examples', name), { recursive: true })
      }
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project], consumer)
    })
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** Runs one check; those that others build on run whatever was asked for. */
function check(name, body, needed = false) {
  if (!needed && !name.includes(only)) return
  const start = Date.now()
  try {
    body()
    passed++
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed++
    console.log(`FAILED ${name}\n${error.message}`)
  }
}

/** What a program of the consumer says that it prints. */
function promised(program) {
  return promisedOutput(join(ROOT, 'scripts/consumer', program))
}
