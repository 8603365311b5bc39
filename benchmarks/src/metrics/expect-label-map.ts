import { dualsegError } from '@dualseg/kernels'
import type { LabelMap } from '@dualseg/metrics'

/** Fewer values may be labels, however they lie. */
const FEW_VALUES = 16

/** Fewer pairs of neighbours say nothing of how values change. */
const FEW_NEIGHBOURS = 100

/**
 * Refuses an image in the place of a label map: scored value by value it would get figures that mean nothing.
 *
 * @param which of the two, for the message
 * @param mayBeImage its values were named one by one, so many others do no harm
 * @throws DUALSEG_DATA for values that no label has, and for many values that change from voxel to voxel as intensities do
 */
export function expectLabelMap(which: string, { data, size }: LabelMap, mayBeImage: boolean): void {
  const refuse = (found: string) => dualsegError('DUALSEG_DATA', `${which} ${found}; give a label map`)
  const values = new Set<number>()
  /** Of neighbours along x, neither of them background. */
  let same = 0
  let different = 0
  let before = 0
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value !== before || i === 0) {
      if (!(Number.isInteger(value) && value >= 0))
        throw refuse(`has ${value} at voxel ${i}, and labels are whole numbers from 0: an image, or probabilities`)
      values.add(value)
    }
    if (i % size[0]! > 0 && value !== 0 && before !== 0) {
      if (value === before) same++
      else different++
    }
    before = value
  }
  values.delete(0)
  if (!mayBeImage && values.size > FEW_VALUES && same + different >= FEW_NEIGHBOURS && different > same)
    throw refuse(
      `has ${values.size} values that change from voxel to voxel, as in an image (where they are labels, name some with --labels)`,
    )
}
