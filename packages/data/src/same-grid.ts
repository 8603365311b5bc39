import type { Triple, VolumeGrid } from './volume'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]
/** Of the shortest step, at the farthest voxel: headers round, and programs that wrote them did. */
const TOLERANCE = 0.1

/** Why two volumes are not on one grid. */
export interface GridDifference {
  kind: 'size' | 'spacing' | 'axes' | 'origin'
  /** One of the two does not say it; nothing is known to differ. */
  isUnknown: boolean
  /** In words, such as `the label has size [4,4,4], the image [4,4,5]`. */
  found: string
}

/**
 * What keeps two volumes from being matched voxel by voxel, or undefined. What neither says cannot differ; what one says and the other does not is a
 * difference, for their voxels would be matched by a guess.
 *
 * @param names of the two, for the words
 */
export function gridDifference(
  one: VolumeGrid,
  other: VolumeGrid,
  names: readonly [string, string] = ['the label', 'the image'],
): GridDifference | undefined {
  const differ = (kind: GridDifference['kind'], what: string, pair: readonly [unknown, unknown]): GridDifference => ({
    kind,
    isUnknown: false,
    found: `${names[0]} has ${what} [${pair[0]}], ${names[1]} [${pair[1]}]`,
  })
  const unknown = (kind: GridDifference['kind'], oneSays: boolean, what: string, said: unknown): GridDifference => {
    const [silent, known] = oneSays ? [names[1], names[0]] : names
    return { kind, isUnknown: true, found: `${silent} does not say ${what}, ${known} does ([${said}])` }
  }
  if (one.size.some((n, axis) => n !== other.size[axis])) return differ('size', 'size', [one.size, other.size])
  const steps = [one, other].map((grid) => ((grid.spacingUnit ?? 'mm') === 'mm' ? grid.spacing : undefined))
  if ((steps[0] === undefined) !== (steps[1] === undefined))
    return unknown('spacing', steps[0] !== undefined, 'how far apart its voxels are', steps[0] ?? steps[1])
  const allowed = TOLERANCE * Math.min(...one.spacing)
  const reach = (axis: number) => (one.size[axis]! - 1) * one.spacing[axis]!
  if (one.spacing.some((step, axis) => Math.abs(other.spacing[axis]! - step) * one.size[axis]! > allowed))
    return differ('spacing', 'spacing', [one.spacing, other.spacing])
  const turns = [one, other].map(directionOf)
  if ((turns[0] === undefined) !== (turns[1] === undefined))
    return unknown('axes', turns[0] !== undefined, 'where its axes run', turns[0] ?? turns[1])
  const [a, b] = turns.map((turn) => turn ?? IDENTITY) as [number[], number[]]
  const isTurned = [0, 1, 2].some(
    (axis) =>
      Math.hypot(...[0, 1, 2].map((row) => a[3 * row + axis]! - b[3 * row + axis]!)) * Math.max(reach(axis), one.spacing[axis]!) >
      allowed,
  )
  if (isTurned) {
    const { found, ...difference } = differ('axes', 'direction', [a, b])
    return { ...difference, found: `${found}: axes are turned or mirrored` }
  }
  if ((one.origin === undefined) !== (other.origin === undefined))
    return unknown('origin', one.origin !== undefined, 'where it begins', one.origin ?? other.origin)
  if (one.origin?.some((at, row) => Math.abs(at - other.origin![row]!) > allowed))
    return differ('origin', 'origin', [one.origin, other.origin])
  return undefined
}

/** The axes' directions of a volume that says where they run. */
export function directionOf({ origin, direction }: Pick<VolumeGrid, 'origin' | 'direction'>): number[] | undefined {
  return direction ?? (origin === undefined ? undefined : IDENTITY)
}

/** The largest distance, in mm, between the same corner voxels of two grids of one size. */
export function cornerDistance(one: VolumeGrid, other: VolumeGrid): number {
  let farthest = 0
  for (let corner = 0; corner < 8; corner++) {
    const voxel = one.size.map((n, axis) => ((corner >> axis) & 1) * (n - 1)) as Triple
    const [a, b] = [placeOf(one, voxel), placeOf(other, voxel)]
    farthest = Math.max(farthest, Math.hypot(...a.map((at, row) => at - b[row]!)))
  }
  return farthest
}

/** Where a voxel's centre lies, LPS in mm. */
export function placeOf(grid: VolumeGrid, voxel: Readonly<Triple>): Triple {
  const direction = grid.direction ?? IDENTITY
  return (grid.origin ?? [0, 0, 0]).map((at, row) =>
    voxel.reduce((sum, n, axis) => sum + direction[3 * row + axis]! * grid.spacing[axis]! * n, at),
  ) as Triple
}
