import { fileURLToPath } from 'node:url'
import type { Mask } from './mask.js'
import { PIPELINE, pipelineCall } from './pipeline-call.js'
import type { SurfaceDistancesOptions } from './surface-distances-options.js'
import type { SurfaceDistancesResult } from './surface-distances-result.js'

// Sources are run from src/, beside the tracked pipelines/; the build copies those into dist/.
const folder = import.meta.url.endsWith('.ts') ? '../pipelines' : './pipelines'
const pipelinePath = fileURLToPath(new URL(`${folder}/${PIPELINE}`, import.meta.url))

/**
 * Distances between the surfaces of two masks, in Node, on the calling thread. See {@link SurfaceDistancesResult} for the definitions.
 *
 * @param prediction mask under test
 * @param reference mask to compare with, of the same size and spacing
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE for masks that cannot be compared or that `options.empty` refuses; DUALSEG_PIPELINE if the
 *   WebAssembly module cannot be loaded or lacks memory
 */
export async function surfaceDistancesNode(
  prediction: Mask,
  reference: Mask,
  options: SurfaceDistancesOptions = {},
): Promise<SurfaceDistancesResult> {
  const call = pipelineCall(prediction, reference, options)
  // Loaded here and not above: itk-wasm awaits at its top level, and `require` of a package that does is refused.
  const run = import('itk-wasm').then((itk) => itk.runPipelineNode(pipelinePath, call.args, call.outputs, call.inputs))
  const result = await run.catch((cause: unknown) => {
    throw call.failure(cause)
  })
  return call.interpret(result)
}
