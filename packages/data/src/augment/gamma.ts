import { describeValues } from './describe-values'

/** Below this a range of values is none. */
const EPSILON = 1e-7

/**
 * Brings values to 0..1, takes them to a power, brings them back to their range and then to the mean and standard deviation that they had, in place.
 *
 * @param options.inverted the same on the negative: the bright end is bent instead of the dark one @default false
 */
export function correctGamma(values: Float32Array, exponent: number, options: { inverted?: boolean } = {}): void {
  const sign = options.inverted ? -1 : 1
  const { mean, deviation, least, most } = describeValues(values)
  const from = sign === 1 ? least : -most
  const range = most - least
  const unit = 1 / Math.max(range, EPSILON)
  for (let i = 0; i < values.length; i++) {
    // Rounding may leave the least value a little below 0, which has no logarithm; and a power takes three times as long as this.
    values[i] = Math.exp(exponent * Math.log(Math.max(0, (sign * values[i]! - from) * unit))) * range + from
  }
  const bent = describeValues(values)
  const scale = (sign * deviation) / Math.max(bent.deviation, EPSILON)
  for (let i = 0; i < values.length; i++) values[i] = mean + scale * (values[i]! - bent.mean)
}
