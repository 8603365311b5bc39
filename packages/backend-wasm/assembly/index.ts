// Everything the engine runs, a line a file; see README.md for the calling convention.
export * from './conv'
export * from './batch-norm'
export * from './binary'
export * from './compare'
export * from './convert'
export * from './copies'
export * from './fill'
export * from './generated/limits'
export * from './mat-mul'
export * from './optimisers'
export * from './reductions'
export * from './resample'
export * from './softmax'
export * from './unary'

/** First byte of memory that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base
}
