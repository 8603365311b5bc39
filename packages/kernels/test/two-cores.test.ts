import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)
const kernels = join(import.meta.dirname, '../dist/index.js')

/** A project whose own tfjs-core is another copy than the one that the built package finds. */
let project: string

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'two-cores-'))
  const core = await realpath(dirname(dirname(require.resolve('@tensorflow/tfjs-core'))))
  await mkdir(join(project, 'node_modules/@tensorflow/tfjs-core/dist'), { recursive: true })
  await cp(join(core, 'package.json'), join(project, 'node_modules/@tensorflow/tfjs-core/package.json'))
  await cp(join(core, 'dist/tf-core.node.js'), join(project, 'node_modules/@tensorflow/tfjs-core/dist/tf-core.node.js'))
  // What tfjs-core itself requires lies beside it, whatever the package manager.
  const beside = dirname(dirname(core))
  for (const name of ['long', 'seedrandom']) await symlink(join(beside, name), join(project, 'node_modules', name), 'junction')
})

afterAll(() => rm(project, { recursive: true, force: true }))

/** Runs a program in the project; resolves to what it printed. */
async function program(source: string): Promise<string> {
  const path = join(project, 'program.mjs')
  await writeFile(path, source)
  return (await promisify(execFile)(process.execPath, [path])).stdout.trim()
}

const url = JSON.stringify(new URL(`file://${kernels}`).href)
const print = 'console.log(error.code, error.message)'

describe('expectOneCore', () => {
  it('refuses to load after another copy of tfjs-core', async () => {
    const printed = await program(`import '@tensorflow/tfjs-core'
import(${url}).catch((error) => ${print})`)
    expect(printed).toMatch(/^DUALSEG_TWO_CORES @dualseg\/kernels: there are two copies .* another that was loaded before it;/)
    expect(printed).toContain('npm dedupe')
  })

  it('refuses to compute once another copy has been loaded', async () => {
    const printed = await program(`import { leakyRelu } from ${url}
import * as tf from '@tensorflow/tfjs-core'
try { leakyRelu({ rank: 1, shape: [1], dtype: 'float32' }, 0.2) } catch (error) { ${print} }`)
    expect(printed).toMatch(/^DUALSEG_TWO_CORES leakyRelu: there are two copies .* another that was loaded after it;/)
  })
})
