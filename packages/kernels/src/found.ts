/** What a value is, in words for a message: `undefined`, `'50'`, `an array of 3`, `a tensor [2,3] of int32`. */
export function found(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  // Not instanceof: random numbers need no TensorFlow.js, their messages neither.
  if ('dataId' in value && 'shape' in value && 'dtype' in value) return `a tensor [${value.shape}] of ${value.dtype}`
  const name = value.constructor?.name
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${name} of ${value.length}`
  return name === undefined || name === 'Object' ? 'an object' : `a ${name}`
}
