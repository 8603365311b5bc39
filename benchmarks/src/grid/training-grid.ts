import { axesOf, type Preparation } from '@dualseg/data'
import type { CaseStore } from '@dualseg/data/node'

/** Headers round. */
const SAME_SPACING = 0.01

/**
 * The preparation of volumes that are trained on as their files have them, with what the files of one run have in common: spacing and order of axes, null
 * where they differ or say nothing. A new image is brought to it.
 */
export function onTrainingGrid(preparation: Preparation, store: CaseStore, ids: readonly string[]): Preparation {
  if (preparation.begins !== 'file') return preparation
  const images = ids.map((id) => store.image(id))
  const [first] = images
  if (first === undefined || images.some((image) => axesOf(image) !== axesOf(first))) return preparation
  const axes = axesOf(first) ?? null
  // All were brought to it.
  if (preparation.interpolation === 'cubic') return { ...preparation, axes }
  const isCommon = images.every(
    ({ spacing, spacingUnit }) =>
      (spacingUnit ?? 'mm') === 'mm' && spacing.every((step, axis) => Math.abs(step / first.spacing[axis]! - 1) <= SAME_SPACING),
  )
  const [x, y, z] = first.spacing.map((step) => step / store.factor) as [number, number, number]
  return { ...preparation, axes, ...(isCommon && { spacing: [x, y, z] }) }
}
