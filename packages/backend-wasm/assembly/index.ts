// Everything the engine runs, a line a file; see README.md for the calling convention.
export * from './conv'

/** First byte of memory that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base
}
