import { knownMethod, type TrainingSettings } from '@dualseg/trainer'

/** A row of a table with the settings of its runs. */
export interface SeeingRow {
  readonly name: string
  readonly method: string
  readonly settings: Pick<TrainingSettings, 'patch' | 'batch'>
}

/** How many networks a method's prediction is the mean of; undefined for a method that is not known here. */
export function predictingNetworks(method: string): number | undefined {
  const known = knownMethod(method)
  return known && new Set(known.predictWith.map(({ network }) => network)).size
}

/** Voxels with labels in a step's batch. */
export function labelledVoxels({ patch, batch }: SeeingRow['settings']): number {
  return patch.reduce((product, length) => product * length, batch.labelled)
}

/** What makes rows unlike before any scan without labels is looked at: more networks, more labels. Two sentences for a table's foot. */
export function whatRowsSee(rows: readonly SeeingRow[]): string[] {
  const names = (chosen: readonly SeeingRow[]) => chosen.map(({ name }) => name).join(', ')
  const counts = [...new Set(rows.map(({ method }) => predictingNetworks(method) ?? 1))].filter((count) => count > 1).sort()
  const several = counts.map((count) => {
    const ofCount = rows.filter(({ method }) => predictingNetworks(method) === count)
    return `with the mean of ${count} networks predict ${names(ofCount)}`
  })
  const sizes = [...new Set(rows.map(({ settings }) => labelledVoxels(settings)))].sort((a, b) => a - b)
  const seen = sizes.map((size) => {
    const ofSize = rows.filter(({ settings }) => labelledVoxels(settings) === size)
    const { batch, patch } = ofSize[0]!.settings
    const who = sizes.length === 1 ? 'every row' : names(ofSize)
    return `${size.toLocaleString('en-GB')} (${batch.labelled} × ${patch.join('×')}) ${who}`
  })
  return [
    ...(several.length > 0
      ? [`Networks: ${several.join('; ')}; the others with one.`]
      : ['Every row predicts with one network.']),
    `Labelled voxels in a step’s batch: ${seen.join('; ')}.`,
  ]
}
