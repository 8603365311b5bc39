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
