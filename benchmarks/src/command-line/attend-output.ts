import { fileTrouble } from '@dualseg/data/node'
import { EXIT } from './exit-codes'

/**
 * Notices that standard output takes no more: a result that went to a full disk is lost, and nobody would know. A reader that has seen enough and went away,
 * such as `head`, is no fault.
 *
 * @returns the exit code that a command's own becomes
 */
export function attendOutput(): (code: number) => number {
  let isLost = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isLost || error.code === 'EPIPE') return
    isLost = true
    console.error(
      `Standard output ${fileTrouble(error) ?? `cannot be written (${error.message})`}; what was to stand there is lost`,
    )
    process.exitCode = EXIT.runFailed
  })
  return (code) => (isLost && code === EXIT.done ? EXIT.runFailed : code)
}
