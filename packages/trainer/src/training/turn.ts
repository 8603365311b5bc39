const later: (callback: () => void) => unknown = globalThis.setImmediate ?? ((callback: () => void) => setTimeout(callback, 0))

/**
 * Lets the event loop turn, so that Ctrl-C, timers and messages arrive between two long computations.
 *
 * Tensors of a synchronous engine are there at once: a loop that only awaits those never leaves the microtasks, and nobody could stop
 * it. Twice, because the first turn can come before the system is asked for signals.
 */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => void later(resolve))
  await new Promise<void>((resolve) => void later(resolve))
}
