import { axesOf } from './reorient'
import type { Volume } from './volume'

/** Where a volume's axes run to, if it is known. A file without spacing says nothing of its axes either, whatever its decoder fills in. */
export function knownAxes(volume: Volume): string | undefined {
  return (volume.spacingUnit ?? 'mm') === 'mm' ? axesOf(volume) : undefined
}
