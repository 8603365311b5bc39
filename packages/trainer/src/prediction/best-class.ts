/**
 * The class with the highest score at every voxel, of equal ones the first: what `slidingWindow` decides, for scores that were brought to another grid. One map
 * is in memory at a time.
 *
 * @param scoresOf the scores of a class, all of one length
 */
export function bestClass(classes: number, scoresOf: (label: number) => Float32Array): Uint8Array {
  const best = scoresOf(0).slice()
  const labels = new Uint8Array(best.length)
  for (let label = 1; label < classes; label++) {
    const scores = scoresOf(label)
    for (let i = 0; i < best.length; i++) {
      if (!(scores[i]! > best[i]!)) continue
      best[i] = scores[i]!
      labels[i] = label
    }
  }
  return labels
}
