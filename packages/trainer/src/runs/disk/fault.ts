import { type DualsegError, dualsegError } from '@dualseg/kernels'

/** What is wrong with one file of a run, and what to do about it. */
export interface FileFault {
  /** Absolute path. */
  readonly file: string
  /** «it is empty», «line 3 is not JSON», … */
  readonly found: string
  /** What to do, which command goes on then, and what is lost. */
  readonly remedy: string
}

/** DUALSEG_DATA that names the file; programs find the parts in `fault`. */
export function faultError(fault: FileFault, cause?: unknown): DualsegError & { fault: FileFault } {
  const message = `${fault.file}: ${fault.found}; ${fault.remedy}`
  return Object.assign(dualsegError('DUALSEG_DATA', message, cause === undefined ? {} : { cause }), { fault })
}

/** The fault that an error tells of, if it is such a one. */
export function faultOf(error: unknown): FileFault | undefined {
  return error instanceof Error ? (error as { fault?: FileFault }).fault : undefined
}
