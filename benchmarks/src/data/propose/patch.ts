import { axesOf, type Triple, type VolumeGrid } from '@dualseg/data'

/** V-Net halves its input four times. */
const MULTIPLE = 16
/** The published patch of the Left Atrium: what a training step holds grows with it. */
const MOST_VOXELS = 112 * 112 * 80

/** Voxels along left-right, front-back and foot-head, in whichever order they are stored; in their own order where the file does not say. */
export function sizeAlongPatient(grid: VolumeGrid): Triple {
  return alongPatient(grid, grid.size)
}

/** Steps along the same. */
export function spacingAlongPatient(grid: VolumeGrid): Triple {
  return alongPatient(grid, grid.spacing)
}

function alongPatient(grid: VolumeGrid, values: Readonly<Triple>): Triple {
  const axes = axesOf(grid)
  if (axes === undefined) return [...values]
  const along = (ends: string) => values[[...axes].findIndex((end) => ends.includes(end))]!
  return [along('LR'), along('PA'), along('SI')]
}

/** Along each axis; of an even number the lower of the two in the middle. */
export function medianOf(triples: readonly Readonly<Triple>[]): Triple {
  const middle = (axis: number) => triples.map((one) => one[axis]!).sort((a, b) => a - b)[Math.floor((triples.length - 1) / 2)]!
  return [middle(0), middle(1), middle(2)]
}

/** The largest patch that half of the scans hold, of no more voxels than the published one: longest sides are cut first. */
export function proposePatch(size: Readonly<Triple>): Triple {
  const patch = size.map((length) => Math.max(MULTIPLE, MULTIPLE * Math.floor(length / MULTIPLE))) as Triple
  while (patch[0] * patch[1] * patch[2] > MOST_VOXELS) {
    const longest = patch.indexOf(Math.max(...patch))
    patch[longest] = patch[longest]! - MULTIPLE
  }
  return patch
}
