/** Operation numbers; the same stand in assembly/{unary,binary,compare,convert}.ts. */

export const UNARY = {
  NEG: 0,
  EXP: 1,
  LOG: 2,
  SQRT: 3,
  RSQRT: 4,
  SQUARE: 5,
  RELU: 6,
  SIGMOID: 7,
  TANH: 8,
  ABS: 9,
  LEAKY_RELU: 10,
  CLIP: 11,
  STEP: 12,
  POW_WHOLE: 13,
  POW: 14,
  RECIPROCAL: 15,
  SCALE_SHIFT: 16,
  LOG1P: 17,
  SOFTPLUS: 18,
} as const

export const BINARY = {
  ADD: 0,
  SUB: 1,
  MUL: 2,
  DIV: 3,
  MAX: 4,
  MIN: 5,
  SQUARED_DIFFERENCE: 6,
  LEAKY_RELU_GRAD: 7,
} as const

export const COMPARE = { EQUAL: 0, NOT_EQUAL: 1, GREATER: 2, GREATER_EQUAL: 3 } as const

export const LOGICAL = { AND: 0, OR: 1, XOR: 2, NOT: 3 } as const

export const CONVERT = {
  BOOL_TO_FLOAT: 0,
  INT_TO_FLOAT: 1,
  BOOL_TO_INT: 2,
  FLOAT_TO_INT: 3,
  FLOAT_TO_BOOL: 4,
  INT_TO_BOOL: 5,
} as const

/** Values of one task of the element-wise kernels. */
const BLOCK = 16384

export function blocks(values: number): number {
  return Math.ceil(values / BLOCK)
}
