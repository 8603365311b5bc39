/** Stable codes of this package's errors. Test `error.code`, never the class. */
export type MetricsErrorCode = 'DUALSEG_SHAPE' | 'DUALSEG_VALUE' | 'DUALSEG_PIPELINE'

/** An `Error` with a stable `code`; the message says where, what came, what was expected. */
export function metricsError(
  code: MetricsErrorCode,
  message: string,
  options?: { cause?: unknown },
): Error & { code: MetricsErrorCode } {
  return Object.assign(new Error(message, options), { code })
}

/** What a value is, in words for a message: `undefined`, `'50'`, `an array of 3`. */
export function found(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  const name = value.constructor?.name
  return name === undefined || name === 'Object' ? 'an object' : `a ${name}`
}
