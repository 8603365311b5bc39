export interface Summary {
  readonly mean: number
  /** Over cases, divided by n - 1 (0 for one case). */
  readonly sd: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Mean, standard deviation (n - 1), median and range of at least one value. */
export function summarise(values: readonly number[]): Summary {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const sorted = [...values].sort((a, b) => a - b)
  const median = n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, median, min: sorted[0]!, max: sorted[n - 1]! }
}
