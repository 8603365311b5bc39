// The worker's half of itk-wasm's runtime with one pipeline inside; scripts/embed-pipeline.mjs bundles it.
import { expose } from 'comlink'
import runPipeline from 'itk-wasm/run-pipeline'
import instantiate from '../../pipelines/surface-distances.js'

const deflated = Uint8Array.from(atob(DEFLATED_WASM_BASE64), (character) => character.charCodeAt(0))
const inflated = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
// With `locateFile`, since no address can be made relative to this worker's.
const pipeline = new Response(inflated)
  .arrayBuffer()
  .then((wasmBinary) => instantiate({ wasmBinary, locateFile: (name) => name }))

expose({
  runPipeline: async (_path, _baseUrl, args, outputs, inputs) => runPipeline(await pipeline, args, outputs, inputs),
})
