import { type CaseStore, type Dataset, labelClassesOf } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { LabelSettings } from '@dualseg/trainer'

/**
 * What a data set's labels decide for one of its runs: the classes, and the unit of distances.
 *
 * @param ids all cases of the run
 * @throws DUALSEG_DATA if some of the cases have a spacing and others have none: their distances would be in two units
 */
export function labelSettings({ name, source, inMillimetres }: Dataset, store: CaseStore, ids: readonly string[]): LabelSettings {
  const classNames = labelClassesOf(source).map((one) => one.name)
  if (!inMillimetres) return { classNames }
  const unknown = ids.filter((id) => store.image(id).spacingUnit === 'voxel')
  if (unknown.length > 0 && unknown.length < ids.length) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${name}: ${unknown.length} of ${ids.length} cases have no spacing (${unknown[0]}), so distances would be in mm and in voxels; write it into their headers, or take them out of the lists`,
    )
  }
  return { classNames, ...(unknown.length === 0 && { distanceUnit: 'mm' }) }
}
