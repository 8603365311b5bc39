/** Ctrl-C and SIGTERM abort the work; a second one ends the process as it always does. For runs, which checkpoint, there is `grid/interrupt.ts`. */
export function abortOnInterrupt(): { readonly signal: AbortSignal; stopListening(): void } {
  const controller = new AbortController()
  const stop = () => controller.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return { signal: controller.signal, stopListening: () => void process.off('SIGINT', stop).off('SIGTERM', stop) }
}
