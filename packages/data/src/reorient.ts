import { dataError } from './data-error'
import { directionOf } from './same-grid'
import { emptyLike } from './tensor-order'
import { checkVolume, type Triple, type Volume, type VoxelArray } from './volume'
import { copyView, type VolumeView } from './volume-view'

/** Which axis of the volume becomes x, y, z, and whether it is turned round. */
interface Turn {
  axes: Triple
  flips: [boolean, boolean, boolean]
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/** Where an axis may run to: the row of the direction that it is nearest to, and its sign there. */
const ENDS: Readonly<Record<string, readonly [row: number, sign: 1 | -1]>> = {
  L: [0, 1],
  R: [0, -1],
  P: [1, 1],
  A: [1, -1],
  S: [2, 1],
  I: [2, -1],
}

/** Where the axes of a volume run to, as nearly as one can say: `LPS` is left, back, head. Undefined for a volume that does not say. */
export function axesOf(volume: Pick<Volume, 'origin' | 'direction'>): string | undefined {
  const direction = directionOf(volume)
  if (direction === undefined) return undefined
  const axes: string[] = []
  nearestAxes(direction).forEach((axis, row) => {
    const sign = direction[3 * row + axis]! < 0 ? -1 : 1
    axes[axis] = Object.keys(ENDS).find((end) => ENDS[end]![0] === row && ENDS[end]![1] === sign)!
  })
  return axes.join('')
}

/**
 * A volume with its axes swapped and turned round so that x, y, z run as near as possible to where `axes` says. No voxel is interpolated; a volume
 * without direction is taken to be LPS.
 *
 * @param axes as `axesOf` has them
 * @throws DUALSEG_VALUE if they are no three axes
 */
export function reorient<T extends VoxelArray>(volume: Volume<T>, axes: string): Volume<T> {
  checkVolume(volume, 'reorient')
  const turn = turnTo(axes, volume)
  const { data, size } = copyView(viewTurned(volume, turn))
  const direction = volume.direction ?? IDENTITY
  const origin: Triple = [...(volume.origin ?? [0, 0, 0])]
  const turned = new Array<number>(9).fill(0)
  for (let k = 0; k < 3; k++) {
    const axis = turn.axes[k]!
    for (let row = 0; row < 3; row++) {
      const entry = direction[3 * row + axis]!
      turned[3 * row + k] = (turn.flips[k] ? -entry : entry) + 0
      if (turn.flips[k]) origin[row]! += entry * volume.spacing[axis]! * (volume.size[axis]! - 1)
    }
  }
  const spacing = turn.axes.map((axis) => volume.spacing[axis]!) as Triple
  return { ...volume, data, size, spacing, ...(volume.origin && { origin }), direction: turned }
}

/** Voxels of a volume that `reorient` turned, in the order of the one it was made from. */
export function reorientBack<T extends VoxelArray>(data: T, original: Pick<Volume, 'size' | 'direction'>, to: string): T {
  const { axes, flips } = turnTo(to, original)
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

function turnTo(to: string, { direction = IDENTITY }: Pick<Volume, 'direction'>): Turn {
  const ends = [...to].map((letter) => ENDS[letter])
  if (new Set(ends.map((end) => end?.[0])).size !== 3 || ends.length !== 3 || ends.includes(undefined)) {
    throw dataError(`reorient: '${to}' are no axes; expected one of L R, of P A and of S I each, such as LPS`, {
      code: 'DUALSEG_VALUE',
    })
  }
  const nearest = nearestAxes(direction)
  const axes = ends.map((end) => nearest[end![0]]!) as Triple
  const flips = ends.map((end, k) => direction[3 * end![0] + axes[k]!]! < 0 !== end![1] < 0) as Turn['flips']
  return { axes, flips }
}

/** The axis nearest to left-right, to front-back, and to foot-head. */
function nearestAxes(direction: ArrayLike<number>): Triple {
  const axes: number[] = []
  for (let row = 0; row < 3; row++) {
    const free = [0, 1, 2].filter((axis) => !axes.includes(axis))
    axes.push(
      free.reduce((best, one) => (Math.abs(direction[3 * row + one]!) > Math.abs(direction[3 * row + best]!) ? one : best)),
    )
  }
  return axes as Triple
}

function viewTurned<T extends VoxelArray>({ data, size }: Volume<T>, { axes, flips }: Turn): VolumeView<T> {
  const steps = [1, size[0], size[0] * size[1]]
  const strides = axes.map((axis, k) => (flips[k] ? -steps[axis]! : steps[axis]!)) as Triple
  const offset = axes.reduce<number>((sum, axis, k) => sum + (flips[k] ? steps[axis]! * (size[axis]! - 1) : 0), 0)
  return { data, size: axes.map((axis) => size[axis]!) as Triple, offset, strides }
}
