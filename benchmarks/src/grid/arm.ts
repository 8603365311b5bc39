import { type Method, methodNamed } from '@dualseg/trainer'

/** One row of a table: a method, with the parts that it goes without. Plain data. */
export interface Arm {
  readonly method: string
  readonly without: readonly string[]
}

/** `dualnet`, or `dualnet without regularisation, uncertainty`. */
export function armTitle({ method, without }: Arm): string {
  return without.length === 0 ? method : `${method} without ${[...without].sort().join(', ')}`
}

export function methodOf({ method }: Arm): Method {
  return methodNamed(method)
}
