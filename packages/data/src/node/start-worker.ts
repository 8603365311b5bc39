import { Worker } from 'node:worker_threads'

/** A thread from its built file: beside the built library, or in `dist` when the library runs from its sources, since threads run no TypeScript. */
export function startWorker(name: 'batch-worker' | 'case-worker' | 'image-worker', workerData: unknown): Worker {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist' : '.'
  // None of the process's flags: `--input-type` stops a thread that runs a file, and a condition that resolves imports to sources would too.
  return new Worker(new URL(`${folder}/${name}.js`, import.meta.url), { workerData, execArgv: [] })
}
