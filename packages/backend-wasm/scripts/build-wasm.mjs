// node scripts/build-wasm.mjs [--relaxed] [--text]
// Generates the kernels that are written by program, compiles assembly/index.ts and embeds the binary in src/kernels-binary.generated.ts.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const relaxed = process.argv.includes('--relaxed')
const binary = `${root}dist/kernels.wasm`

mkdirSync(`${root}assembly/generated`, { recursive: true })
mkdirSync(`${root}dist`, { recursive: true })
for (const name of readdirSync(`${root}scripts`)
  .filter((name) => name.startsWith('generate-'))
  .sort()) {
  const { outputs } = await import(`./${name}`)
  for (const { target, source } of outputs({ relaxed }))
    writeFileSync(`${root}assembly/generated/${target}`, `// Written by scripts/${name}.\n${source}\n`)
}

const features = ['simd', 'bulk-memory', 'threads', ...(relaxed ? ['relaxed-simd'] : [])].flatMap((name) => ['--enable', name])
const { error, stderr } = await asc.main([
  'assembly/index.ts',
  '--baseDir',
  root,
  '--outFile',
  'dist/kernels.wasm',
  ...(process.argv.includes('--text') ? ['--textFile', 'dist/kernels.wat'] : []),
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '2',
  '--maximumMemory',
  '65536',
  ...features,
])
if (error) {
  process.stderr.write(stderr.toString())
  throw error
}

const bytes = readFileSync(binary)
const memoryFlagOffset = memoryFlag(bytes)
if (bytes[memoryFlagOffset] !== 3)
  throw new Error(`build-wasm: expected a shared memory with a maximum, flag 3, not ${bytes[memoryFlagOffset]}`)
writeFileSync(
  `${root}src/kernels-binary.generated.ts`,
  `// Written by scripts/build-wasm.mjs.\nexport const memoryFlagOffset = ${memoryFlagOffset}\nexport const kernelsBase64: string =\n  '${bytes.toString('base64')}'\n`,
)
rmSync(binary)
process.stderr.write(`kernels: ${bytes.length} bytes\n`)

/** Where the limits flag of the imported memory stands: the binary format's import section (id 2) has one entry, env.memory. */
function memoryFlag(wasm) {
  let at = 8
  const leb = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < wasm.length) {
    const id = wasm[at++]
    const size = leb()
    if (id !== 2) {
      at += size
      continue
    }
    if (leb() !== 1) throw new Error('build-wasm: the module imports more than its memory')
    for (let name = 0; name < 2; name++) {
      const length = leb()
      at += length
    }
    if (wasm[at++] !== 2) throw new Error('build-wasm: the import is not a memory')
    return at
  }
  throw new Error('build-wasm: no import section')
}
