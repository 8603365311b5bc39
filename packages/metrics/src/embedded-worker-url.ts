let url: string | undefined

/** Address of the worker that has the pipeline inside. It is made once and kept: a worker made from it may start later. */
export async function embeddedWorkerUrl(): Promise<string> {
  // Loaded here and not above: who only calls `overlap` does without it.
  const { pipelineWorkerSource } = await import('./pipeline-worker.generated.js')
  url ??= URL.createObjectURL(new Blob([pipelineWorkerSource], { type: 'text/javascript' }))
  return url
}
