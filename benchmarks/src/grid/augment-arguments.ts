import type { Augmentation, Axis } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import type { Protocol } from '@dualseg/trainer'
import { choose } from '../command-line/choose'
import type { ReadArguments } from '../command-line/read-arguments'

const KINDS = ['none', 'flips', 'strong'] as const

/** What is done to the data beyond the protocol, the same for every method. */
export const AUGMENT_ARGUMENTS = {
  augment: {
    type: 'string',
    description: 'none (crops, as published), flips, or strong (what nnU-Net trains with); the same for every method',
    default: 'none',
  },
  mirror: {
    type: 'boolean',
    description: 'Test with the mean over mirrored windows: up to eight times as long, and beyond the papers',
    default: false,
  },
} as const

/**
 * @param axes along which the data set may be mirrored
 * @throws DUALSEG_USAGE where every method has its authors' own, or no axis may be mirrored
 */
export function readAugmentation(
  args: ReadArguments,
  protocol: Protocol['name'],
  axes: readonly Axis[],
): Pick<Protocol, 'augment' | 'testMirror'> {
  const kind = choose('--augment', String(args.augment), KINDS)
  const isMirrored = args.mirror === true
  const asked = kind === 'none' ? (isMirrored ? '--mirror' : undefined) : `--augment ${kind}`
  if (asked !== undefined && protocol === 'authors') {
    throw dualsegError(
      'DUALSEG_USAGE',
      `${asked}: --protocol authors has each method's own turns and flips and no others; leave out one of the two.`,
    )
  }
  if (axes.length === 0 && (kind === 'flips' || isMirrored)) {
    throw dualsegError('DUALSEG_USAGE', `${asked}: this data set may be mirrored along no axis ("mirror" in its dataset.json).`)
  }
  const augment: Augmentation | undefined = kind === 'none' ? undefined : { kind, mirrorAxes: axes }
  return { ...(augment && { augment }), ...(isMirrored && { testMirror: axes }) }
}
