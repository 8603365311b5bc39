import { dataError } from './data-error'
import type { Volume } from './volume'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]
/** Of a direction's entries; more is an oblique volume. */
const STRAIGHT = 1e-3
/** Of a voxel. */
const PLACE_TOLERANCE = 0.05

/** Tests that a volume's axes run along the patient's, so that `reorient` leaves nothing over. */
export function refuseOblique({ direction = IDENTITY }: Pick<Volume, 'direction'>, name: string): void {
  if (direction.some((entry) => Math.min(Math.abs(entry), Math.abs(Math.abs(entry) - 1)) > STRAIGHT)) {
    throw dataError(`${name}: direction [${direction}] is oblique, expected axes along the patient's; resample it first`)
  }
}

/**
 * Tests that a label lies on the image's grid; both are LPS. Without the test a label of other voxels, or a shifted one, would pass for a wrong
 * segmentation.
 *
 * @param options.ignoreOrigin take the two boxes for the same although their positions differ: for labels that lost theirs
 * @throws DUALSEG_DATA with what differs
 */
export function checkSameLpsGrid(image: Volume, label: Volume, options: { name: string; ignoreOrigin?: boolean }): void {
  const { name, ignoreOrigin = false } = options
  if (image.size.some((n, axis) => n !== label.size[axis])) {
    throw dataError(
      `${name}: the label has size [${label.size}], the image [${image.size}] (both along left, posterior, superior)`,
    )
  }
  const isOff = (axis: number, by: number) => by > PLACE_TOLERANCE * image.spacing[axis]!
  if (image.spacing.some((step, axis) => isOff(axis, Math.abs(step - label.spacing[axis]!) * image.size[axis]!))) {
    throw dataError(`${name}: the label has spacing [${label.spacing}], the image [${image.spacing}]`)
  }
  const [from, to] = [image.origin ?? [0, 0, 0], label.origin ?? [0, 0, 0]]
  if (!ignoreOrigin && from.some((place, axis) => isOff(axis, Math.abs(place - to[axis]!)))) {
    throw dataError(
      `${name}: the label begins at [${to}], the image at [${from}]; if the label lost its position but covers the same box, say so with --ignore-origin`,
    )
  }
}
