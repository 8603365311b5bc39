/** What went wrong, for programs: callers test `code`, never a class or the message. */
export type ErrorCode =
  /** Tensors or volumes whose shapes do not fit together. */
  | 'DUALSEG_SHAPE'
  /** A number, string or option outside what is allowed. */
  | 'DUALSEG_VALUE'
  /** A file or data set that is missing, damaged or of another kind. */
  | 'DUALSEG_DATA'
  /** An engine that this machine does not have. */
  | 'DUALSEG_ENGINE_MISSING'
  /** An optimised term that became NaN or infinite. */
  | 'DUALSEG_NAN'
  /** A wrong command line or a call in the wrong order. */
  | 'DUALSEG_USAGE'
  /** A folder that cannot be written, or a disk that is full. */
  | 'DUALSEG_DISK'
  /** Two copies of tfjs-core in one program. */
  | 'DUALSEG_TWO_CORES'
  | `DUALSEG_${string}`

/** An `Error` that carries a stable `code`. */
export interface DualsegError extends Error {
  readonly code: ErrorCode
}

/**
 * Makes an error with a stable code. It is a plain `Error` with one field more, so that no package needs a shared base class.
 *
 * @param code stable, for programs
 * @param message for people: where, what came, what was expected, what to do
 * @param options.cause the error underneath, if there is one
 */
export function dualsegError(code: ErrorCode, message: string, options: { cause?: unknown } = {}): DualsegError {
  const error = 'cause' in options ? new Error(message, { cause: options.cause }) : new Error(message)
  return Object.assign(error, { code })
}
