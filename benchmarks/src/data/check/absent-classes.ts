import { type CaseSource, labelClassesOf } from '@dualseg/data/node'
import type { UsableCase } from './check-cases'

/** A sentence for every class that no voxel of any case is of: networks could not learn it. */
export function absentClasses(source: CaseSource, cases: readonly UsableCase[]): string[] {
  const labelled = cases.filter(({ isLabelled }) => isLabelled)
  if (labelled.length === 0) return []
  return labelClassesOf(source).flatMap(({ name, values }, index) =>
    labelled.some(({ classVoxels }) => classVoxels[index]! > 0)
      ? []
      : [
          `class ${name}: none of ${labelled.length} labels has a voxel of ${values.join(', ')}; correct its values in dataset.json, or take it out`,
        ],
  )
}
