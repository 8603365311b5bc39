/** The label with the largest share of all; of equal ones the lowest. */
export function mostShared(labels: Uint8Array, shares: Float64Array): number {
  let best = -1
  let bestShare = -1
  for (const label of labels) {
    let share = 0
    for (let i = 0; i < 8; i++) if (labels[i] === label) share += shares[i]!
    if (share > bestShare || (share === bestShare && label < best)) [best, bestShare] = [label, share]
  }
  return best
}
