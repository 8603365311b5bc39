import { EXIT } from '../exit-codes'

const EXIT_OF = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const

/** Somebody wants the program to end. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** What the process says to the shell: 130 after Ctrl-C, 143 after SIGTERM. */
  exitCode(): number
  stopListening(): void
}

/** Ctrl-C and SIGTERM ask for a checkpoint; a second one ends the process at once. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController()
  let code: number = EXIT.interrupted
  const stop = (name: NodeJS.Signals) => {
    code = EXIT_OF[name as keyof typeof EXIT_OF]
    if (controller.signal.aborted) process.exit(code)
    controller.abort()
    console.error('Stopping at the next checkpoint; once more to stop at once.')
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: controller.signal,
    exitCode: () => code,
    stopListening: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}
