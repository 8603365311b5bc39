import type { RandomStream } from '@dualseg/kernels/random'
import { dataError } from '../data-error'
import type { Triple } from '../volume'
import { type AffineMatrix, affineMatrix } from './affine-matrix'
import { STRONG_AUGMENTATION } from './strong-recipe'

/** An axis of a volume: x, y, z. */
export type Axis = 0 | 1 | 2

/** What is done to every crop of a training, besides where it is cut; plain data. */
export interface Augmentation {
  /** `flips`: mirrored along each allowed axis with probability 1/2. `strong`: that, and all of `STRONG_AUGMENTATION` before it. */
  readonly kind: 'flips' | 'strong'
  /** Axes along which a mirrored case could be another patient: all three, unless a label knows left from right. Ascending. */
  readonly mirrorAxes: readonly Axis[]
}

/** What was drawn for one crop, in the order in which it is done; what is absent is not done. */
export interface AugmentationDraw {
  /** From offsets to the crop's centre to offsets in the volume: rotation and scale at once. */
  readonly matrix?: AffineMatrix
  /** Standard deviation of the noise. */
  readonly noise?: number
  /** Standard deviations of the blur along x, y, z, in voxels. */
  readonly blur?: Triple
  readonly brightness?: number
  readonly contrast?: number
  /** Share of the voxels along x, y, z that is kept. */
  readonly lowResolution?: Triple
  readonly invertedGamma?: number
  readonly gamma?: number
  readonly mirror: readonly Axis[]
}

/**
 * Draws what happens to one crop.
 *
 * @param patch decides whether rotation stays in a plane: see `STRONG_AUGMENTATION.thinRatio`
 * @param random goes on to make the noise: `cutAugmented` takes the same stream
 * @throws DUALSEG_VALUE if the axes are not some of 0, 1, 2 in this order
 */
export function drawAugmentation(
  { kind, mirrorAxes }: Augmentation,
  patch: Readonly<Triple>,
  random: RandomStream,
): AugmentationDraw {
  if (mirrorAxes.some((axis, i) => ![0, 1, 2].includes(axis) || (i > 0 && axis <= mirrorAxes[i - 1]!))) {
    throw dataError(`augmentation: mirrorAxes [${mirrorAxes}] must be some of 0, 1, 2, ascending`, { code: 'DUALSEG_VALUE' })
  }
  const changes = kind === 'strong' ? drawStrong(patch, random) : {}
  return { ...changes, mirror: mirrorAxes.filter(() => random.uniform() < STRONG_AUGMENTATION.mirror) }
}

function drawStrong(patch: Readonly<Triple>, random: RandomStream): Omit<AugmentationDraw, 'mirror'> {
  const happens = ({ probability }: { probability: number }) => random.uniform() < probability
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform()
  // Half below 1 and half above, however far the range reaches to either side.
  const about1 = ([low, high]: readonly [number, number]) => (random.uniform() < 0.5 ? between([low, 1]) : between([1, high]))
  const thin = thinAxis(patch)
  const triple = (of: (axis: Axis) => number): Triple => [of(0), of(1), of(2)]

  const isRotated = happens(STRONG_AUGMENTATION.rotation)
  const isScaled = happens(STRONG_AUGMENTATION.scaling)
  const { degrees, inPlaneDegrees } = STRONG_AUGMENTATION.rotation
  const limit = thin === undefined ? degrees : inPlaneDegrees
  const angles = triple((axis) =>
    isRotated && (thin === undefined || axis === thin) ? (between([-limit, limit]) * Math.PI) / 180 : 0,
  )
  const scale = isScaled ? between(STRONG_AUGMENTATION.scaling.range) : 1
  const kept = (share: number) => triple((axis) => (axis === thin ? 1 : share))
  return {
    ...((isRotated || isScaled) && { matrix: affineMatrix(angles, kept(scale)) }),
    ...(happens(STRONG_AUGMENTATION.noise) && { noise: between(STRONG_AUGMENTATION.noise.deviation) }),
    ...(happens(STRONG_AUGMENTATION.blur) && { blur: triple(() => between(STRONG_AUGMENTATION.blur.sigma)) }),
    ...(happens(STRONG_AUGMENTATION.brightness) && { brightness: about1(STRONG_AUGMENTATION.brightness.factor) }),
    ...(happens(STRONG_AUGMENTATION.contrast) && { contrast: about1(STRONG_AUGMENTATION.contrast.factor) }),
    ...(happens(STRONG_AUGMENTATION.lowResolution) && { lowResolution: kept(between(STRONG_AUGMENTATION.lowResolution.share)) }),
    ...(happens(STRONG_AUGMENTATION.invertedGamma) && { invertedGamma: about1(STRONG_AUGMENTATION.invertedGamma.exponent) }),
    ...(happens(STRONG_AUGMENTATION.gamma) && { gamma: about1(STRONG_AUGMENTATION.gamma.exponent) }),
  }
}

/** The axis along which a patch is so short that nothing may be turned into it. */
function thinAxis(patch: Readonly<Triple>): Axis | undefined {
  const shortest = Math.min(...patch)
  return Math.max(...patch) / shortest > STRONG_AUGMENTATION.thinRatio ? (patch.indexOf(shortest) as Axis) : undefined
}
