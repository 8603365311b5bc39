// node scripts/build-wasm.mjs [--text]
// Generates the kernels that are written by program, compiles assembly/index.ts and embeds the binary in src/kernels-binary.generated.ts; and again with
// relaxed SIMD, in the shape that V8 packs into 256 bits, and with both. --text also writes them as text to dist.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
mkdirSync(`${root}assembly/generated`, { recursive: true })
mkdirSync(`${root}dist`, { recursive: true })
// The plain ones last: theirs are the sources that stay behind.
await embed('kernels-relaxed-wide', { relaxed: true, wide: true })
await embed('kernels-wide', { relaxed: false, wide: true })
await embed('kernels-relaxed', { relaxed: true, wide: false })
await embed('kernels-binary', { relaxed: false, wide: false })

async function embed(name, options) {
  for (const script of readdirSync(`${root}scripts`)
    .filter((file) => file.startsWith('generate-'))
    .sort()) {
    const { outputs } = await import(`./${script}`)
    for (const { target, source } of outputs(options))
      writeFileSync(`${root}assembly/generated/${target}`, `// Written by scripts/${script}.\n${source}\n`)
  }
  const bytes = await compile(name, options)
  const memoryFlagOffset = memoryFlag(bytes)
  if (bytes[memoryFlagOffset] !== 3)
    throw new Error(`build-wasm: expected a shared memory with a maximum, flag 3, not ${bytes[memoryFlagOffset]}`)
  writeFileSync(
    `${root}src/${name}.generated.ts`,
    `// Written by scripts/build-wasm.mjs.\nexport const memoryFlagOffset = ${memoryFlagOffset}\nexport const kernelsBase64: string =\n  '${bytes.toString('base64')}'\n`,
  )
  process.stderr.write(`${name}: ${bytes.length} bytes\n`)
}

async function compile(name, { relaxed }) {
  const features = ['simd', 'bulk-memory', 'threads', ...(relaxed ? ['relaxed-simd'] : [])]
  const { error, stderr } = await asc.main([
    'assembly/index.ts',
    '--baseDir',
    root,
    '--outFile',
    `dist/${name}.wasm`,
    ...(process.argv.includes('--text') ? ['--textFile', `dist/${name}.wat`] : []),
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
    ...features.flatMap((feature) => ['--enable', feature]),
  ])
  if (error) {
    process.stderr.write(stderr.toString())
    throw error
  }
  const binary = `${root}dist/${name}.wasm`
  const bytes = readFileSync(binary)
  rmSync(binary)
  return bytes
}

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
