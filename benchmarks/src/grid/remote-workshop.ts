import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunHooks } from '@dualseg/trainer'
import { createBirpc } from 'birpc'
import type { PlanEstimate } from './estimate'
import { type ForemanFunctions, unwrap, type WorkerFunctions } from './wire'
import type { WorkOrder } from './work-order'
import type { Workshop } from './workshop'

/** Beside the built command. */
const WORKER = fileURLToPath(new URL('./grid-worker.js', import.meta.url))

/** A workshop in a process of its own. */
export interface RemoteWorkshop extends Workshop {
  /** The process is gone, whatever the reason. */
  readonly isGone: boolean
  /** The most memory, in bytes, that it had used when it had estimated; undefined before. */
  readonly peakBytes: number | undefined
}

/** Starts a process and opens the order's engine there. It ends when it is closed, or with this process, however that ends. */
export async function openRemoteWorkshop(order: WorkOrder): Promise<RemoteWorkshop> {
  const child = fork(WORKER, [], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: ['--enable-source-maps'],
  })
  /** Why the process is no more. */
  let gone: Error | undefined
  let peakBytes: number | undefined
  let hooks: { onLine?(line: string): void } & Pick<RunHooks, 'onProgress' | 'onNotice'> = {}
  const worker = createBirpc<WorkerFunctions, ForemanFunctions>(
    {
      onLine: (line) => hooks.onLine?.(line),
      onProgress: (progress) => hooks.onProgress?.(progress),
      onNotice: (notice) => hooks.onNotice?.(notice),
    },
    {
      post: (message) => void (gone || child.send(message)),
      on: (listener) => void child.on('message', listener),
      timeout: -1,
    },
  )
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const leave = (reason: Error) => {
    if (gone) return
    gone = reason
    process.off('exit', kill)
    worker.$close(reason)
  }
  // A message to a process that is dying fails before its end is known, and the end says more.
  child.on('error', (error) => void (child.pid === undefined && leave(error)))
  child.on('disconnect', kill)
  child.on('exit', (code, signal) => leave(new Error(farewell(child.pid, code, signal))))

  /** Asks the worker; an abort is passed on to it. */
  async function ask<T>(call: () => Promise<T>, own: typeof hooks, signal?: AbortSignal): Promise<T> {
    if (gone) throw gone
    hooks = own
    const stop = () => void (gone || worker.stop.asEvent())
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    try {
      return await call()
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  const close = () => {
    kill()
    leave(new Error('closed'))
  }
  try {
    return {
      engine: unwrap(await worker.open(order)),
      get isGone() {
        return gone !== undefined
      },
      get peakBytes() {
        return peakBytes
      },
      load: async ({ onLine, signal }) => unwrap(await ask(() => worker.load(), { ...(onLine && { onLine }) }, signal), signal),
      async estimate({ measured, signal }): Promise<PlanEstimate> {
        const found = unwrap(await ask(() => worker.estimate(measured), {}, signal), signal)
        peakBytes = found.peakBytes
        return found.estimate
      },
      run: async (index, { signal, ...own }) => unwrap(await ask(() => worker.run(index), own, signal), signal),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

function farewell(pid: number | undefined, code: number | null, signal: NodeJS.Signals | null): string {
  const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`
  const hint = signal === 'SIGKILL' ? ' (by someone, or by the system for want of memory: then fewer --jobs)' : ''
  return `its process ${pid} ${how}${hint}; repeat the command, it goes on from the last checkpoint`
}
