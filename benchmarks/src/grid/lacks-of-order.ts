import type { FoldLists } from '@dualseg/data'
import { type Lack, lacksOf } from './lacking-cases'
import { hasSeveralCounts, requestsOf, type WorkOrder } from './work-order'

/**
 * What an order asks for and cannot be done. That some methods have no upper bound (all of a training list's cases with labels) beside their
 * other numbers is no lack.
 *
 * @param described as for `lacksOf`, which throws where none can be done
 */
export function lacksOfOrder(
  order: Pick<WorkOrder, 'request' | 'counts'>,
  folds: FoldLists,
  described: { file: string; labelled: number },
): Lack[] {
  return requestsOf(order).flatMap((request) => {
    const lacks = lacksOf(request, folds, described)
    return request.labelled === 'all' && hasSeveralCounts(order) ? [] : lacks
  })
}
