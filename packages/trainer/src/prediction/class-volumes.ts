import type { LabelClass, Volume } from '@dualseg/data'

/** How much of an image a class takes. */
export interface ClassVolume {
  readonly name: string
  /** Of masks. */
  readonly value: number
  readonly voxels: number
  /** Absent where the image carries no spacing. */
  readonly millilitres?: number
}

/** @param label 0 background, 1, 2, … the classes */
export function classVolumes(label: Volume<Uint8Array>, classes: readonly LabelClass[]): ClassVolume[] {
  const voxels = new Array<number>(classes.length + 1).fill(0)
  for (const value of label.data) voxels[value]! += 1
  return classes.map(({ name, values }, index) => {
    const count = voxels[index + 1]!
    const volume = millilitres(count, label)
    return { name, value: values[0]!, voxels: count, ...(volume !== undefined && { millilitres: volume }) }
  })
}

/** Of so many voxels; undefined where it is not known how large they are. */
export function millilitres(
  voxels: number,
  { spacing, spacingUnit }: Pick<Volume, 'spacing' | 'spacingUnit'>,
): number | undefined {
  const [sx, sy, sz] = spacing
  return spacingUnit === 'voxel' ? undefined : (voxels * sx * sy * sz) / 1000
}
