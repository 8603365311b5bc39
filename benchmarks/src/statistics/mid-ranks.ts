/** Rank of each value, 1 for the smallest; equal values share the mean of their ranks. */
export function midRanks(values: readonly number[]): number[] {
  return values.map(
    (value) => 1 + values.filter((other) => other < value).length + (values.filter((other) => other === value).length - 1) / 2,
  )
}
