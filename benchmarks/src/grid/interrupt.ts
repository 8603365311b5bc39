import { EXIT } from '../command-line/exit-codes'

const EXIT_OF = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const

/** Somebody wants the program to end. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** What the process says to the shell: 130 after Ctrl-C, 143 after SIGTERM. */
  exitCode(): number
  stopListening(): void
}

/**
 * Ctrl-C and SIGTERM ask for a checkpoint; a second Ctrl-C ends the process at once. A second SIGTERM does not: clusters send it both to
 * the program and to the script around it, which passes it on, and whoever means it sends SIGKILL next.
 */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController()
  let code: number = EXIT.interrupted
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (name === 'SIGINT') process.exit(EXIT.interrupted)
      return
    }
    code = EXIT_OF[name as keyof typeof EXIT_OF]
    controller.abort()
    console.error('Stopping at the next checkpoint; Ctrl-C once more to stop at once.')
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: controller.signal,
    exitCode: () => code,
    stopListening: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}
