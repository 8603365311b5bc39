import type { FoldLists } from '@dualseg/data'
import { type CheckedCase, usableCases } from './check-cases'

/** Cases that have the voxels of one image, of any channel, two or more a group. */
export function sameImages(cases: readonly CheckedCase[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const { id, imageSha256, otherSha256 = [] } of usableCases(cases)) {
    for (const sum of new Set([imageSha256, ...otherSha256])) groups.set(sum, [...(groups.get(sum) ?? []), id])
  }
  const alike = [...groups.values()].filter((group) => group.length > 1)
  return [...new Map(alike.map((group) => [group.join(' '), group])).values()]
}

/** Sentences about images that a fold both trains on and tests. */
export function leaks(groups: readonly (readonly string[])[], lists: FoldLists, folds: readonly number[]): string[] {
  const { train, test, unlabelled = [] } = lists
  return folds.flatMap((fold) =>
    groups.flatMap((group) => {
      const trained = group.filter((id) => train[fold]?.includes(id) || unlabelled.includes(id))
      const tested = group.filter((id) => test[fold]?.includes(id))
      if (trained.length === 0 || tested.length === 0) return []
      return [`fold ${fold} trains on ${trained.join(' and ')} and tests ${tested.join(' and ')}, which have the same image`]
    }),
  )
}
