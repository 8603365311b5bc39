import { describeValues } from './describe-values'

/** Multiplies every value's distance to the mean, in place; what leaves the range that the values had is brought back to its end. */
export function scaleContrast(values: Float32Array, factor: number): void {
  const { mean, least, most } = describeValues(values)
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.min(Math.max(mean + factor * (values[i]! - mean), least), most)
  }
}
