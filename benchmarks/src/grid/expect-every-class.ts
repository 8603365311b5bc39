import type { Fold } from '@dualseg/data'
import { type CaseStore, type Dataset, labelClassesOf } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'

/** More are counted, not listed. */
const LISTED_CASES = 5

/**
 * Networks learn no class that is nowhere in their labels.
 *
 * @throws DUALSEG_DATA for a class without any voxel in all labelled cases of a run, on the grid that it trains on
 */
export function expectEveryClass({ name, source }: Dataset, store: CaseStore, { labelled }: Fold, fold: number): void {
  const lacking = new Map(labelClassesOf(source).map((one, index) => [index + 1, one.name]))
  for (const id of labelled) {
    for (const label of lacking.keys()) if (store.label(id).data.includes(label)) lacking.delete(label)
    if (lacking.size === 0) return
  }
  const listed = [...labelled.slice(0, LISTED_CASES), ...(labelled.length > LISTED_CASES ? ['…'] : [])].join(', ')
  const reduced = store.factor === 1 ? '' : `, reduced by ${store.factor},`
  throw dualsegError(
    'DUALSEG_DATA',
    `${name}: none of the ${labelled.length} labelled cases of fold ${fold} (${listed})${reduced} has a voxel of ${[...lacking.values()].join(', ')}; ` +
      'label cases that have some, or take more of them with --labelled',
  )
}
