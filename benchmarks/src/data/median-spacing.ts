import type { Triple } from '@dualseg/data'
import { readGrid } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import type { Description } from './description'
import { type FoundVolumes, imageFile } from './find-volumes'
import { medianOf, spacingAlongPatient } from './propose/patch'

/** A tenth of a micrometre: below what headers mean. */
const DIGITS = 4

/**
 * The median spacing of a data set's scans along left-right, front-back, foot-head, from their headers. Scans that cannot be read are refused when they are.
 *
 * @throws DUALSEG_DATA if no scan has a spacing
 */
export async function medianSpacing({ files, channels, file }: Description, { root, ids }: FoundVolumes): Promise<Triple> {
  const { volume } = channels[0]!
  const spacings: Triple[] = []
  for (const id of ids) {
    const grid = await readGrid(imageFile(root, files, id), volume === undefined ? {} : { volume }).catch(() => undefined)
    if (grid !== undefined && (grid.spacingUnit ?? 'mm') === 'mm') spacings.push(spacingAlongPatient(grid))
  }
  if (spacings.length === 0)
    throw dualsegError(
      'DUALSEG_DATA',
      `${file}: "spacing" is "median", and none of ${ids.length} scans has a spacing that can be read; give three numbers, or take it out`,
    )
  return medianOf(spacings).map((step) => Number(step.toFixed(DIGITS))) as Triple
}
