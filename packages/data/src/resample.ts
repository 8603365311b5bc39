import { dataError } from './data-error'
import { checkVolume, type ImageVolume, type Triple, type VolumeGrid, voxelCount } from './volume'

/** No array has more. */
const MOST_VOXELS = 2 ** 31 - 1

/**
 * Voxels of `spacing` that cover what a volume covers, the nearest whole number of them and at least one.
 *
 * @throws DUALSEG_VALUE for more voxels than an array takes
 */
export function resampledSize({ size, spacing }: Pick<ImageVolume, 'size' | 'spacing'>, to: Readonly<Triple>): Triple {
  const target = size.map((n, axis) => Math.max(1, Math.round((n * spacing[axis]!) / to[axis]!))) as Triple
  if (target.reduce((product, n) => product * n, 1) <= MOST_VOXELS) return target
  throw dataError(
    `${size.join(' x ')} voxels of ${spacing.join(' x ')} mm would become ${target.join(' x ')} voxels of ${to.join(' x ')} mm, more than an array takes; expected a longer spacing`,
    { code: 'DUALSEG_VALUE' },
  )
}

/**
 * A volume on a grid of other steps along the same axes, beginning at the same edge; linear between voxel centres, and where the new steps are longer the
 * mean of that line over a step, so that nothing fine turns into something coarse.
 *
 * @param size voxels of the new grid; what lies beyond the old one repeats its outermost voxels
 */
export function resample(volume: ImageVolume, spacing: Readonly<Triple>, size: Readonly<Triple>): ImageVolume {
  checkVolume(volume, 'resample')
  const at: Triple = [...volume.size]
  let data = volume.data
  for (const axis of [0, 1, 2] as const) {
    const inner = at.slice(0, axis).reduce((product, n) => product * n, 1)
    const outer = at.slice(axis + 1).reduce((product, n) => product * n, 1)
    const ratio = spacing[axis] / volume.spacing[axis]
    if (ratio !== 1 || size[axis] !== at[axis]) data = alongAxis(data, inner, at[axis], outer, size[axis], ratio)
    at[axis] = size[axis]
  }
  return { ...volume, data, ...steppedGrid(volume, spacing, size) }
}

/** Spacings this near are the same: headers round. */
const SAME_SPACING = 0.02

/** Whether a volume has other steps than these. */
export function hasOtherSpacing({ spacing }: Pick<ImageVolume, 'spacing'>, than: Readonly<Triple>): boolean {
  return spacing.some((step, axis) => Math.abs(step / than[axis]! - 1) > SAME_SPACING)
}

/** The grid of other steps along the same axes that begins at the same edge. */
export function steppedGrid(
  volume: VolumeGrid,
  spacing: Readonly<Triple>,
  size: Readonly<Triple>,
): Pick<VolumeGrid, 'size' | 'spacing' | 'origin'> {
  const { origin, direction } = volume
  if (!origin) return { size: [...size], spacing: [...spacing] }
  const turn = direction ?? [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const shift = spacing.map((step, axis) => (step - volume.spacing[axis]!) / 2)
  const moved = origin.map((place, row) => shift.reduce((sum, by, axis) => sum + turn[3 * row + axis]! * by, place)) as Triple
  return { size: [...size], spacing: [...spacing], origin: moved }
}

function alongAxis(
  data: Float32Array,
  inner: number,
  count: number,
  outer: number,
  length: number,
  ratio: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(voxelCount([inner, length, outer]))
  for (let i = 0; i < length; i++) {
    const weights = weightsAt((i + 0.5) * ratio - 0.5, ratio).map(
      ([place, weight]) => [Math.min(Math.max(place, 0), count - 1), weight] as const,
    )
    for (let o = 0; o < outer; o++) {
      const to = (o * length + i) * inner
      for (let k = 0; k < inner; k++) {
        let sum = 0
        for (const [from, weight] of weights) sum += weight * data[(o * count + from) * inner + k]!
        out[to + k] = sum
      }
    }
  }
  return out
}

/** Which samples make the value at a place, or where steps are longer than one the mean over a step about it, and their shares. */
function weightsAt(centre: number, step: number): (readonly [place: number, weight: number])[] {
  const reach = step > 1 ? step / 2 + 1 : 1
  const weights: (readonly [number, number])[] = []
  for (let place = Math.ceil(centre - reach); place <= Math.floor(centre + reach); place++) {
    const away = centre - place
    const weight =
      step > 1 ? (hatIntegral(away + step / 2) - hatIntegral(away - step / 2)) / step : Math.max(0, 1 - Math.abs(away))
    if (weight > 0) weights.push([place, weight])
  }
  return weights
}

/** Of the hat function, which is 1 at 0 and falls to 0 at -1 and 1. */
function hatIntegral(to: number): number {
  if (to <= -1) return 0
  if (to >= 1) return 1
  return to < 0 ? (1 + to) ** 2 / 2 : 1 - (1 - to) ** 2 / 2
}
