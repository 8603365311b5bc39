/**
 * Compiles pipeline/ into pipelines/ and writes the manifest that ties the two together.
 *
 *   node scripts/build-pipeline.mjs           build and overwrite pipelines/
 *   node scripts/build-pipeline.mjs --check   build beside it and compare: exit 1 if the bits differ
 *
 * Needs `emcc` and `zstd` (Debian 12: `apt-get install emscripten zstd`). Users and CI do not: the artefact is tracked.
 * The same sources under the same compiler give the same bits; the compiler's version stands in pipeline/build.json.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'pipeline')
const artefacts = join(root, 'pipelines')
const recipe = JSON.parse(readFileSync(join(sources, 'build.json'), 'utf8'))

const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
const hashes = (folder, names) => Object.fromEntries(names.sort().map((name) => [name, sha256(join(folder, name))]))

function requireCompiler() {
  let version
  try {
    version = execFileSync('emcc', ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0]
    execFileSync('zstd', ['--version'], { stdio: 'ignore' })
  } catch (cause) {
    throw new Error('build-pipeline: emcc or zstd is missing; on Debian 12: apt-get install emscripten zstd', { cause })
  }
  if (`emcc ${version}` !== recipe.compiler) {
    throw new Error(`build-pipeline: emcc ${version} found, pipeline/build.json asks for ${recipe.compiler}`)
  }
}

function compile(folder) {
  const { pipeline, flags, compression } = recipe
  // Debian's emcc looks for acorn only where NODE_PATH says.
  const env = { ...process.env, NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' }
  const output = join(folder, `${pipeline}.js`)
  execFileSync('emcc', [`${pipeline}.cpp`, ...flags, '--pre-js', 'module-hooks.js', '-o', output], {
    cwd: sources,
    env,
    stdio: 'inherit',
  })
  const wasm = join(folder, `${pipeline}.wasm`)
  execFileSync('zstd', [...compression, '-f', wasm, '-o', `${wasm}.zst`], { stdio: 'inherit' })
  const manifest = {
    compiler: recipe.compiler,
    sources: hashes(sources, readdirSync(sources)),
    // The uncompressed module is not tracked; its hash tells a change of the code from one of the compressor.
    wasm: sha256(wasm),
    artefacts: hashes(folder, [`${pipeline}.js`, `${pipeline}.wasm.zst`]),
  }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return [`${pipeline}.js`, `${pipeline}.wasm.zst`, 'manifest.json']
}

requireCompiler()
const folder = mkdtempSync(join(tmpdir(), 'dualseg-pipeline-'))
try {
  const names = compile(folder)
  if (process.argv.includes('--check')) {
    const different = names.filter((name) => sha256(join(folder, name)) !== sha256(join(artefacts, name)))
    if (different.length > 0) {
      console.error(`build-pipeline: a rebuild gives other bits for ${different.join(', ')}`)
      process.exitCode = 1
    } else console.error('build-pipeline: a rebuild gives the tracked bits')
  } else {
    mkdirSync(artefacts, { recursive: true })
    for (const name of names) writeFileSync(join(artefacts, name), readFileSync(join(folder, name)))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
