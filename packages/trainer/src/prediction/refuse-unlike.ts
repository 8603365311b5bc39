import type { Volume } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import type { ExpectedInput } from './expected-input'
import { describeValues } from './image-summary'

/** An image with fewer values than this is no scan. */
const FEWEST_VALUES = 16
/** An axis may be this share of the shortest one seen in training. */
const SHORTEST = 0.5
/** Percentiles may lie outside the training images' by this share of the distance from 1 to 99 %. */
const MARGIN = 0.25
/** Air is -1000 HU; MR has no negative values, and standardised ones end long before this. */
const HOUNSFIELD = -100
/** The commonest value may have this share of the voxels beyond that in training images. */
const MORE_OF_ONE_VALUE = 0.1

/**
 * Refuses an image that is unlike all that the networks were trained on, in words. What passes may still be of another kind: this looks at sizes and
 * values, not at anatomy.
 *
 * @param original as given, before any preparation
 * @param prepared as the networks would see it
 * @throws DUALSEG_DATA
 */
export function refuseUnlike(original: Volume, prepared: Volume<Float32Array>, { preparation, images }: ExpectedInput): void {
  const refuse = (found: string) =>
    dualsegError('DUALSEG_DATA', `this image is unlike the training images: ${found}; to segment it all the same, force it`)
  const values = new Set<number>()
  for (const value of original.data) if (values.add(value).size >= FEWEST_VALUES) break
  if (values.size < FEWEST_VALUES) {
    throw refuse(
      `it has ${values.size} different values (${[...values]
        .sort((a, b) => a - b)
        .slice(0, 5)
        .join(', ')} …), as label maps have`,
    )
  }
  const lowest = describeValues(original).percentiles[0]
  if (preparation?.modality === 'MR' && lowest < HOUNSFIELD) {
    throw refuse(`1 % of its values lie below ${Math.round(lowest)}, as Hounsfield units do; the training images were MR`)
  }
  if (images === null) return
  const { size, percentiles } = images
  const short = prepared.size.findIndex((n, axis) => n < SHORTEST * size.least[axis]!)
  if (short >= 0) {
    throw refuse(
      `on the training grid it has ${prepared.size.join(' x ')} voxels, training images had at least ${size.least.join(' x ')}; ` +
        'it shows less than they did, or its spacing is wrong',
    )
  }
  const { percentiles: found, commonest } = describeValues(prepared)
  const percent = (share: number) => `${Math.round(100 * share)} %`
  if (commonest > images.commonest + MORE_OF_ONE_VALUE) {
    throw refuse(
      `${percent(commonest)} of its voxels have one and the same value, in training images at most ${percent(images.commonest)}; ` +
        'a label map, or a scan with an empty margin: crop it',
    )
  }
  const margin = MARGIN * Math.max(percentiles.most[2] - percentiles.least[0], Number.EPSILON)
  const strange = found.findIndex(
    (value, at) => value < percentiles.least[at]! - margin || value > percentiles.most[at]! + margin,
  )
  if (strange >= 0) {
    const written = (value: number) => value.toFixed(2)
    throw refuse(
      `${[1, 50, 99][strange]} % of its standardised values lie below ${written(found[strange]!)}, in training images below ` +
        `${written(percentiles.least[strange]!)} to ${written(percentiles.most[strange]!)}; another contrast or modality, or not prepared as they were`,
    )
  }
}
