import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineName } from '../engines'
import type { OpenedEngine } from '../engines/engine-entry'

/** An engine that was opened and did a step, or why it did not. */
export type MeasuredEngine = { readonly engine: OpenedEngine; readonly seconds: number } | { readonly failed: string }

// Beside the built library; Node runs no TypeScript.
const WORKER = fileURLToPath(
  new URL(`${import.meta.url.endsWith('.ts') ? '../../dist' : '.'}/measure-worker.js`, import.meta.url),
)
const MOST_SECONDS = 120

/**
 * Opens an engine and measures a training step, in a process of its own: a native library that crashes or stays in memory does no harm, and none
 * is loaded beside another.
 */
export function measureEngine(name: EngineName, options: object): Promise<MeasuredEngine> {
  return new Promise((resolve) => {
    const limits = { timeout: MOST_SECONDS * 1000, killSignal: 'SIGKILL' as const }
    execFile(process.execPath, [WORKER, name, JSON.stringify(options)], limits, (error, stdout, stderr) => {
      const answer = stdout.trim().split('\n').at(-1)
      if (answer?.startsWith('{')) return resolve(JSON.parse(answer) as MeasuredEngine)
      resolve({ failed: error?.killed ? `no answer within ${MOST_SECONDS} s` : lastWords(error?.signal, stderr) })
    })
  })
}

function lastWords(signal: NodeJS.Signals | null | undefined, stderr: string): string {
  const said = stderr.trim().split('\n').at(-1)
  return [signal ? `ended by ${signal}` : 'ended without an answer', ...(said ? [said] : [])].join(': ')
}
