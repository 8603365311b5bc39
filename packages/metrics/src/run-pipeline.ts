import { runPipeline } from 'itk-wasm'
import { embeddedWorkerUrl } from './embedded-worker-url.js'
import { PIPELINE, type RunPipeline } from './pipeline-call.js'
import { getPipelineWorkerUrl } from './pipeline-worker-url.js'
import { getPipelinesBaseUrl, hasPipelinesBaseUrl } from './pipelines-base-url.js'

/** Runs the pipeline in the browser, in a worker, which the result hands on. */
export const runPipelineInBrowser: RunPipeline = async (call, use, options) => {
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
    const measured = use(call.read(result))
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
