import type { Augmentation } from '@dualseg/data'
import type { Profile } from '@dualseg/trainer'
import { convolutionShapes } from './convolution-shapes'
import type { Measurement, StepName, Triple } from './request'
import { volumePiece } from './volume-piece'

export const KINDS = ['conv', 'step', 'kernels', 'inference', 'harness'] as const
export type Kind = (typeof KINDS)[number]

/** A volume as the Left Atrium's are on average (2.4 million voxels): 54 windows at full size, the data set's mean is 56. */
export const LA_VOLUME: Triple = [188, 144, 88]

export interface SpeedRequest {
  readonly kinds: readonly Kind[]
  readonly steps: readonly StepName[]
  readonly sizes: readonly Triple[]
  /** Whose patch and stride the sliding windows have. */
  readonly profiles: readonly Profile[]
  /** Of sliding windows, before the profile reduces it. @default LA_VOLUME */
  readonly volume?: Triple
  /** The most windows of a sliding window that are measured. @default all of a volume */
  readonly windows?: number
  /** What the runs do to their crops whose harness is measured. @default nothing */
  readonly augment?: Augmentation['kind']
  /** In place of 16 for convolutions and steps, and in place of the profile's for inference. */
  readonly filters?: number
}

const FILTERS = 16
/** A measured run is never to come to its end. */
const ENDLESS = 1_000_000

/** All that is measured of every subject, in the order of the tables. */
export function measurements({
  kinds,
  steps,
  sizes,
  profiles,
  filters,
  windows,
  augment,
  volume = LA_VOLUME,
}: SpeedRequest): Measurement[] {
  const wanted = (kind: Kind) => kinds.includes(kind)
  const width = filters ?? FILTERS
  return [
    ...(wanted('conv') ? sizes : []).map((size) => ({
      kind: 'convolution' as const,
      size,
      shapes: convolutionShapes(size, width),
    })),
    ...(['step', 'kernels'] as const).flatMap((kind) =>
      (wanted(kind) ? sizes : []).flatMap((size) => steps.map((step) => ({ kind, step, size, filters: width }))),
    ),
    ...(wanted('inference') ? profiles : []).flatMap((profile) => inferenceOf(profile, volume, windows, filters)),
    ...(wanted('harness') ? profiles : []).flatMap((profile) =>
      // A ResNet-34 alone is no method that `bench la` knows.
      steps
        .filter((step) => step !== 'resnet34')
        .map((step) => ({
          kind: 'harness' as const,
          step,
          profile: { ...profile, filters: filters ?? profile.filters, iterations: ENDLESS },
          ...(augment && { augment }),
        })),
    ),
  ]
}

/** One network, and both of a method with two, over a volume or the piece of it that the windows allow. */
function inferenceOf(profile: Profile, volume: Triple, most: number | undefined, filters = profile.filters): Measurement[] {
  const { patch, stride, reduce } = profile
  const whole = volume.map((n) => Math.floor(n / reduce)) as unknown as Triple
  const { size, windows, all } = volumePiece(whole, patch, stride, most)
  const name = windows === all ? profile.name : `${profile.name}, ${windows} of ${all} windows`
  return (['vnet', 'vnet + resnet34'] as const).map((item) => ({
    kind: 'inference',
    item,
    networks: item === 'vnet' ? (['vnet'] as const) : (['vnet', 'resnet34'] as const),
    profile: name,
    volume: size,
    patch,
    stride,
    filters,
  }))
}
