import { Worker } from 'node:worker_threads'

/** A thread from its built file: beside the built library, or in `dist` when the library runs from its sources, since threads run no TypeScript. */
export function startWorker(name: 'batch-worker' | 'case-worker', workerData: unknown): Worker {
  const fromSources = import.meta.url.endsWith('.ts')
  const file = new URL(fromSources ? `../../dist/${name}.js` : `./${name}.js`, import.meta.url)
  // Conditions that make imports resolve to sources must not reach a thread that cannot run them.
  return new Worker(file, { workerData, ...(fromSources && { execArgv: [] }) })
}
