import { Worker } from 'node:worker_threads'

const EVERY_MS = 100

/** A process whose parent is gone has another one. The thread can act while kernels keep the main one busy. */
const WATCH = `
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, ${EVERY_MS})
`

/**
 * Ends this process as soon as the one that started it is gone, however it went: nobody is left to report to, and the run's lock is
 * wanted by whoever repeats the command.
 */
export function dieWithParent(): void {
  new Worker(WATCH, { eval: true }).unref()
  // Where the parent's number stays (Windows), the closed channel tells.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
