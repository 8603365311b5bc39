import { dataError } from './data-error'
import { directionOf } from './same-grid'
import type { VolumeGrid } from './volume'

/** Of a direction's entries; more is an oblique volume. */
const STRAIGHT = 1e-3

/**
 * Tests that a volume says how large its voxels are and that its axes run along the patient's, so that turning it leaves nothing over and nothing to a guess.
 *
 * @throws DUALSEG_DATA
 */
export function refuseUnknownAxes(grid: VolumeGrid, name: string): void {
  const silent = (what: string) =>
    dataError(`${name}: does not say ${what}; write it into the header, a guess could mirror the patient`)
  if ((grid.spacingUnit ?? 'mm') !== 'mm') throw silent('how far apart its voxels are')
  const direction = directionOf(grid)
  if (direction === undefined) throw silent('where its axes run')
  if (direction.some((entry) => Math.min(Math.abs(entry), Math.abs(Math.abs(entry) - 1)) > STRAIGHT)) {
    throw dataError(`${name}: direction [${direction}] is oblique, expected axes along the patient's; resample it first`)
  }
}
