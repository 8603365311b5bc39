import { emptyLike } from './tensor-order'
import { checkVolume, type Triple, type Volume, type VoxelArray } from './volume'
import { copyView, type VolumeView } from './volume-view'

/** Which axis of the volume becomes x, y, z, and whether it is turned round. */
interface Turn {
  axes: Triple
  flips: [boolean, boolean, boolean]
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/**
 * A volume with its axes swapped and turned round so that x, y, z run as near as possible to the left, the back and the head (LPS). No voxel is
 * interpolated; a volume without direction stays as it is.
 */
export function toLps<T extends VoxelArray>(volume: Volume<T>): Volume<T> {
  checkVolume(volume, 'toLps')
  const { axes, flips } = turnOf(volume)
  const { data, size } = copyView(viewTurned(volume, { axes, flips }))
  const direction = volume.direction ?? IDENTITY
  const origin: Triple = [...(volume.origin ?? [0, 0, 0])]
  const turned = new Array<number>(9).fill(0)
  for (let k = 0; k < 3; k++) {
    const axis = axes[k]!
    for (let row = 0; row < 3; row++) {
      const entry = direction[3 * row + axis]!
      turned[3 * row + k] = (flips[k] ? -entry : entry) + 0
      if (flips[k]) origin[row]! += entry * volume.spacing[axis]! * (volume.size[axis]! - 1)
    }
  }
  const spacing = axes.map((axis) => volume.spacing[axis]!) as Triple
  return { ...volume, data, size, spacing, origin, direction: turned }
}

/** Voxels of a volume that `toLps` turned, in the order of the one it was made from. */
export function fromLps<T extends VoxelArray>(data: T, original: Pick<Volume, 'size' | 'direction'>): T {
  const { axes, flips } = turnOf(original)
  const size = axes.map((axis) => original.size[axis]!) as Triple
  const steps = [1, size[0], size[0] * size[1]]
  const strides: Triple = [0, 0, 0]
  let offset = 0
  axes.forEach((axis, k) => {
    strides[axis] = flips[k] ? -steps[k]! : steps[k]!
    if (flips[k]) offset += steps[k]! * (size[k]! - 1)
  })
  return copyView({ data, size: [...original.size], offset, strides }).data
}

/** A part of a volume, from the first to before the last voxel of each axis, at its place in space. */
export function cropTo<T extends VoxelArray>(volume: Volume<T>, start: Triple, end: Triple): Volume<T> {
  const [nx, ny] = volume.size
  const size = end.map((last, axis) => last - start[axis]!) as Triple
  const offset = start[0] + nx * (start[1] + ny * start[2])
  const { data } = copyView({ data: volume.data, size, offset, strides: [1, nx, nx * ny] })
  if (!volume.origin) return { ...volume, data, size }
  const direction = volume.direction ?? IDENTITY
  const origin = volume.origin.map((at, row) =>
    start.reduce((sum, first, axis) => sum + direction[3 * row + axis]! * volume.spacing[axis]! * first, at),
  ) as Triple
  return { ...volume, data, size, origin }
}

/** Puts a part back to where `cropTo` took it from; everything else is 0. */
export function uncrop<T extends VoxelArray>(part: T, partSize: Triple, start: Triple, size: Triple): T {
  const out = emptyLike(part, size[0] * size[1] * size[2], false)
  const [px, py, pz] = partSize
  for (let z = 0; z < pz; z++) {
    for (let y = 0; y < py; y++) {
      const from = px * (y + py * z)
      out.set(part.subarray(from, from + px) as never, start[0] + size[0] * (start[1] + y + size[1] * (start[2] + z)))
    }
  }
  return out
}

function turnOf({ direction = IDENTITY }: Pick<Volume, 'direction'>): Turn {
  const axes: number[] = []
  const flips: boolean[] = []
  for (let row = 0; row < 3; row++) {
    const free = [0, 1, 2].filter((axis) => !axes.includes(axis))
    const axis = free.reduce((best, one) =>
      Math.abs(direction[3 * row + one]!) > Math.abs(direction[3 * row + best]!) ? one : best,
    )
    axes.push(axis)
    flips.push(direction[3 * row + axis]! < 0)
  }
  return { axes: axes as Triple, flips: flips as Turn['flips'] }
}

function viewTurned<T extends VoxelArray>({ data, size }: Volume<T>, { axes, flips }: Turn): VolumeView<T> {
  const steps = [1, size[0], size[0] * size[1]]
  const strides = axes.map((axis, k) => (flips[k] ? -steps[axis]! : steps[axis]!)) as Triple
  const offset = axes.reduce<number>((sum, axis, k) => sum + (flips[k] ? steps[axis]! * (size[axis]! - 1) : 0), 0)
  return { data, size: axes.map((axis) => size[axis]!) as Triple, offset, strides }
}
