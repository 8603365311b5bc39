import { WORKER_SOURCE } from './worker-source'

/** What a worker needs to take part. */
export interface WorkerStart {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** Address of the control block in `memory`. */
  controlByte: number
  /** Its number: 1 to threads - 1; the calling thread is 0. */
  thread: number
  /** How long an idle worker spins before it sleeps, milliseconds. */
  spinMs: number
}

export interface WorkerHandle {
  /** Ends it at once, in the middle of a kernel if need be. */
  terminate(): void
}

const START_TIMEOUT_MS = 20_000

/**
 * Starts one worker, in Node or a browser, and resolves when it is about to look for jobs.
 * It does not keep a Node process alive.
 */
export async function spawnWorker(start: WorkerStart, onDeath: () => void): Promise<WorkerHandle> {
  const isNode = typeof process === 'object' && Boolean(process.versions?.node)
  return isNode ? await spawnNodeWorker(start, onDeath) : await spawnWebWorker(start, onDeath)
}

async function spawnNodeWorker(start: WorkerStart, onDeath: () => void): Promise<WorkerHandle> {
  // The name stands in a variable so that bundlers for browsers do not follow it.
  const moduleName = 'node:worker_threads'
  const { Worker } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ moduleName
  )) as typeof import('node:worker_threads')
  // execArgv: the parent's loaders and inspectors have no business in a compute thread.
  const worker = new Worker(WORKER_SOURCE, { eval: true, workerData: start, execArgv: [], name: 'dualseg-wasm' })
  await ready((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the worker ended at once')))
  })
  worker.removeAllListeners()
  worker.on('error', onDeath)
  worker.on('exit', onDeath)
  worker.unref()
  return { terminate: () => void worker.terminate() }
}

async function spawnWebWorker(start: WorkerStart, onDeath: () => void): Promise<WorkerHandle> {
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }))
  const worker = new Worker(url, { name: 'dualseg-wasm' })
  try {
    await ready((resolve, reject) => {
      worker.onmessage = resolve
      worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'))
      worker.postMessage(start)
    })
  } finally {
    URL.revokeObjectURL(url)
  }
  worker.onerror = onDeath
  return { terminate: () => worker.terminate() }
}

function ready(listen: (resolve: () => void, reject: (error: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no worker within ${START_TIMEOUT_MS / 1000} s`)), START_TIMEOUT_MS)
    listen(
      () => {
        clearTimeout(timer)
        resolve()
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
