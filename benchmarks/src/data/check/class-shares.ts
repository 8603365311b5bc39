import { type CaseSource, labelClassesOf } from '@dualseg/data/node'
import type { UsableCase } from './check-cases'

/** How much of a data set's labels is of one class. */
export interface ClassShare {
  readonly name: string
  readonly values: readonly number[]
  /** With a label. */
  readonly labels: number
  /** Those of them with a voxel of the class. */
  readonly labelsWithIt: number
  /** Of the voxels of the labels that have it, from 0 to 1; null where none has. */
  readonly share: { readonly mean: number; readonly least: number; readonly most: number } | null
}

/** Every class of a data set, in the order of its description. */
export function classShares(source: CaseSource, cases: readonly UsableCase[]): ClassShare[] {
  const labelled = cases.filter(({ isLabelled }) => isLabelled)
  return labelClassesOf(source).map(({ name, values }, index) => {
    const shares = labelled
      .filter(({ classVoxels }) => classVoxels[index]! > 0)
      .map(({ classVoxels, size }) => classVoxels[index]! / (size[0] * size[1] * size[2]))
    const sum = shares.reduce((total, one) => total + one, 0)
    return {
      name,
      values,
      labels: labelled.length,
      labelsWithIt: shares.length,
      share: shares.length === 0 ? null : { mean: sum / shares.length, least: Math.min(...shares), most: Math.max(...shares) },
    }
  })
}

/** `Class anterior (1): in 260 of 260 labels, 2.51 % of their voxels (0.83 to 4.12 %).` */
export function classLines(shares: readonly ClassShare[]): string[] {
  return shares
    .filter(({ labels }) => labels > 0)
    .map(({ name, values, labels, labelsWithIt, share }) => {
      const found = `Class ${name} (${values.join(', ')}): in ${labelsWithIt} of ${labels} labels`
      if (share === null) return `${found}.`
      return `${found}, ${percent(share.mean)} % of their voxels (${percent(share.least)} to ${percent(share.most)} %).`
    })
}

/** A class that no voxel of any label is of, in words: networks could not learn it. */
export function absentClasses(shares: readonly ClassShare[]): string[] {
  return shares
    .filter(({ labels, labelsWithIt }) => labels > 0 && labelsWithIt === 0)
    .map(
      ({ name, values, labels }) =>
        `class ${name}: none of ${labels} labels has a voxel of ${values.join(', ')}; correct its values in dataset.json, or take it out`,
    )
}

function percent(share: number): string {
  return (100 * share).toPrecision(3)
}
