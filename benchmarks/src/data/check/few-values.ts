/** A scan has more, whatever its window; organs of one label map rarely have. */
const FEW = 8
/** Smaller ones may have few by chance. */
const VOXELS = 1000

/** What is to be said of an image with as few different values as a label map has; nothing of others. */
export function fewValues(data: ArrayLike<number>): string[] {
  if (data.length < VOXELS) return []
  const values = new Set<number>()
  for (let i = 0; i < data.length; i++) {
    values.add(data[i]!)
    if (values.size > FEW) return []
  }
  const found = values.size === 1 ? 'the same value in every voxel' : `${values.size} different values`
  return [`its image holds ${found}: see that no label map or mask lies in a scan's place`]
}
