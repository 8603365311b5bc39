// node scripts/embed-pipeline.mjs
// Bundles the worker that runs the pipeline in browsers, with the pipeline inside, into one string in src/pipeline-worker.generated.ts. What loads no
// file at run time needs no configuration of any bundler.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { ZSTDDecoder } from '@thewtex/zstddec'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// itk-wasm's half of the worker: its `exports` hide it, and its comlink is the one that the page's half speaks to.
const itk = dirname(createRequire(import.meta.url).resolve('itk-wasm'))
const comlink = join(dirname(createRequire(join(itk, 'index.js')).resolve('comlink')), '../..')

const decoder = new ZSTDDecoder()
await decoder.init()
const wasm = decoder.decode(new Uint8Array(readFileSync(join(root, 'pipelines/surface-distances.wasm.zst'))))
if (!WebAssembly.validate(wasm)) throw new Error('embed-pipeline: the .wasm.zst in pipelines/ does not hold a WebAssembly module')

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/pipeline-worker/worker.js')],
  bundle: true,
  write: false,
  minify: true,
  charset: 'utf8',
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  alias: { comlink, 'itk-wasm/run-pipeline': join(itk, 'pipeline/web-workers/run-pipeline.js') },
  // Browsers inflate by themselves; zstd they do not know, and its decoder is larger than the pipeline.
  define: { DEFLATED_WASM_BASE64: JSON.stringify(deflateRawSync(wasm, { level: 9 }).toString('base64')) },
})
const worker = outputFiles[0].text.trim()
writeFileSync(
  join(root, 'src/pipeline-worker.generated.ts'),
  `// Written by scripts/embed-pipeline.mjs.\nexport const pipelineWorkerSource: string = ${JSON.stringify(worker)}\n`,
)
process.stderr.write(`pipeline worker: ${worker.length} characters\n`)
