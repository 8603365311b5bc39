/** Of at least one value: mean, standard deviation (of the population), least and largest. */
export function describeValues(values: Float32Array): { mean: number; deviation: number; least: number; most: number } {
  let sum = 0
  let least = values[0]!
  let most = least
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    sum += value
    if (value < least) least = value
    if (value > most) most = value
  }
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / values.length), least, most }
}
