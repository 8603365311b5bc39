export type DataErrorCode = 'DUALSEG_DATA' | 'DUALSEG_DISK' | 'DUALSEG_SHAPE' | 'DUALSEG_VALUE'

/**
 * An error with the stable `code` that callers test; the message says where, what came, what was expected, what to do.
 *
 * Made here and not taken from `@dualseg/kernels`, whose index loads TensorFlow.js: the loading threads of this package need none of it.
 */
export function dataError(message: string, options: { code?: DataErrorCode; cause?: unknown } = {}): Error & { code: string } {
  const { code = 'DUALSEG_DATA', cause } = options
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code })
}
