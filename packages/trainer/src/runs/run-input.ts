import type { ExpectedInput } from '../prediction/expected-input'
import { channelsOf } from '../training/settings'
import { readOrSetAside } from './disk/set-aside'
import { readInput, writeInput } from './files/input-file'
import type { RunPlan } from './run-plan'

/** Writes `input.json` once, before training; a damaged one again, since the plan knows what it has to say. */
export function keepRunInput(
  folder: string,
  { preparation, data, settings, mirrorAxes, classes }: RunPlan,
  onNotice: (notice: string) => void,
): void {
  if (readOrSetAside(() => readInput(folder), 'it is written again', onNotice) !== undefined) return
  const others = Array.from({ length: channelsOf(settings) - 1 }, (_, index) => data.summariseImages?.(index + 1) ?? null)
  writeInput(folder, {
    preparation: preparation ?? null,
    images: data.summariseImages?.() ?? null,
    ...(others.length > 0 && { otherImages: others }),
    ...(mirrorAxes && { mirrorAxes }),
    ...(classes && { classes }),
  })
}

/** @returns nothing known for a run of a version that kept none */
export function readRunInput(folder: string): ExpectedInput {
  return readInput(folder) ?? { preparation: null, images: null }
}
