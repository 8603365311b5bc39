import { runPipeline } from 'itk-wasm'
import { embeddedWorkerUrl } from './embedded-worker-url.js'
import type { Mask } from './mask.js'
import { PIPELINE, pipelineCall } from './pipeline-call.js'
import { getPipelineWorkerUrl } from './pipeline-worker-url.js'
import { getPipelinesBaseUrl, hasPipelinesBaseUrl } from './pipelines-base-url.js'
import type { SurfaceDistancesOptions } from './surface-distances-options.js'
import type { SurfaceDistancesResult } from './surface-distances-result.js'

/**
 * Distances between the surfaces of two masks, in the browser, in a worker. See {@link SurfaceDistancesResult} for the definitions.
 *
 * The result's `webWorker` can be handed to the next call; terminate it after the last.
 *
 * @param prediction mask under test
 * @param reference mask to compare with, of the same size and spacing
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE for masks that cannot be compared or that `options.empty` refuses; DUALSEG_PIPELINE if the
 *   WebAssembly module cannot be loaded or lacks memory
 */
export async function surfaceDistances(
  prediction: Mask,
  reference: Mask,
  options: SurfaceDistancesOptions = {},
): Promise<SurfaceDistancesResult> {
  const call = pipelineCall(prediction, reference, options)
  const webWorker = options.webWorker ?? null
  const result = await runPipeline(PIPELINE, call.args, call.outputs, call.inputs, {
    pipelineBaseUrl: getPipelinesBaseUrl(),
    pipelineWorkerUrl: webWorker === null ? await newWorkerUrl() : null,
    webWorker,
    noCopy: true, // the inputs are copies already
  }).catch((cause: unknown) => {
    throw call.failure(cause)
  })
  const usedWorker = result.webWorker as Worker | null | undefined
  try {
    const measured = call.interpret(result)
    return usedWorker ? { ...measured, webWorker: usedWorker } : measured
  } catch (error) {
    // A worker made for this call would be out of the caller's reach.
    if (usedWorker !== webWorker) usedWorker?.terminate()
    throw error
  }
}

/** The worker that carries the pipeline, unless the page serves the files itself; then itk-wasm's, where `null` means that the bundler knows. */
async function newWorkerUrl(): Promise<string | URL | null> {
  return getPipelineWorkerUrl() ?? (hasPipelinesBaseUrl() ? null : await embeddedWorkerUrl())
}
