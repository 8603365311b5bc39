/** What the process says to the shell. */
export const EXIT = {
  done: 0,
  runFailed: 1,
  usage: 2,
  data: 3,
  engineMissing: 4,
  interrupted: 130,
  terminated: 143,
} as const

const BY_CODE: Record<string, number> = {
  DUALSEG_USAGE: EXIT.usage,
  DUALSEG_DATA: EXIT.data,
  DUALSEG_ENGINE_MISSING: EXIT.engineMissing,
  DUALSEG_INTERRUPTED: EXIT.interrupted,
}

/** Of an error that speaks for itself; undefined for what was not foreseen, such as one of Node's own. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && code.startsWith('DUALSEG_') ? code : undefined
}

/** The exit code an error stands for; anything not foreseen counts as a failed run. */
export function exitCodeOf(error: unknown): number {
  return BY_CODE[errorCode(error) ?? ''] ?? EXIT.runFailed
}
