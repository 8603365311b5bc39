import { fileURLToPath } from 'node:url'
import { PIPELINE, type RunPipeline } from './pipeline-call.js'

// Sources are run from src/, beside the tracked pipelines/; the build copies those into dist/.
const folder = import.meta.url.endsWith('.ts') ? '../pipelines' : './pipelines'
const pipelinePath = fileURLToPath(new URL(`${folder}/${PIPELINE}`, import.meta.url))

/** Runs the pipeline in Node, on the calling thread. */
export const runPipelineNode: RunPipeline = async (call, use) => {
  // Loaded here and not above: itk-wasm awaits at its top level, and `require` of a package that does is refused.
  const run = import('itk-wasm').then((itk) => itk.runPipelineNode(pipelinePath, call.args, call.outputs, call.inputs))
  const result = await run.catch((cause: unknown) => {
    throw call.failure(cause)
  })
  return use(call.read(result))
}
