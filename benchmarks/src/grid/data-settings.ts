import { type CaseStore, channelNamesOf, type Dataset, labelClassesOf } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { DataSettings } from '@dualseg/trainer'

/**
 * What a data set decides for one of its runs: the classes, the channels, and the unit of distances.
 *
 * @param ids all cases of the run
 * @throws DUALSEG_DATA if some of the cases have a spacing and others have none: their distances would be in two units
 */
export function dataSettings({ name, source, inMillimetres }: Dataset, store: CaseStore, ids: readonly string[]): DataSettings {
  const channelNames = channelNamesOf(source)
  const classNames = labelClassesOf(source).map((one) => one.name)
  const names = { classNames, ...(channelNames && { channelNames }) }
  if (!inMillimetres) return names
  const unknown = ids.filter((id) => store.image(id).spacingUnit === 'voxel')
  if (unknown.length > 0 && unknown.length < ids.length) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${name}: ${unknown.length} of ${ids.length} cases have no spacing (${unknown[0]}), so distances would be in mm and in voxels; write it into their headers, or take them out of the lists`,
    )
  }
  return { ...names, ...(unknown.length === 0 && { distanceUnit: 'mm' }) }
}
