import type { Volume } from '../../volume'
import type { ImageHeader, Refuse } from './image-header'

/** What float32 headers lose of a spacing. */
const SPACING_TOLERANCE = 1e-4

/** Tests that what was decoded has the size and spacing that the file claims: ITK replaces what it cannot use without a word. */
export function matchHeader<V extends Volume>(volume: V, header: Pick<ImageHeader, 'size' | 'spacing'>, refuse: Refuse): V {
  const { size, spacing } = volume
  const isSame =
    size.every((n, axis) => n === header.size[axis]) &&
    spacing.every((step, axis) => Math.abs(step - header.spacing[axis]!) <= SPACING_TOLERANCE * step)
  if (!isSame)
    throw refuse(`was decoded as size [${size}] at spacing [${spacing}], its header says [${header.size}] at [${header.spacing}]`)
  return volume
}
