import type { EngineArguments } from '../command-line/engine-arguments'
import type { EngineChoice } from '../engines/open-engine'
import type { LabelledCount } from './labelled-cases'
import { type GridRequest, onlyRun, runCount } from './plan-grid'

/** All that a process must know to do runs of a grid. Plain data, so that it can be sent to one. */
export interface WorkOrder {
  readonly request: GridRequest
  /** How many cases have labels, where the same is done with several numbers. @default the request's */
  readonly counts?: readonly LabelledCount[]
  /** What names the data set, and the folder that `--data` named. */
  readonly dataset: string
  readonly data?: string
  readonly engine: EngineChoice
  readonly engineOptions: EngineArguments
}

type Asked = Pick<WorkOrder, 'request' | 'counts'>

/** One request for every number of labelled cases, in their order. */
export function requestsOf({ request, counts = [request.labelled] }: Asked): GridRequest[] {
  return counts.map((labelled) => withCount(request, labelled))
}

/** Whether runs are done with several numbers of labelled cases. */
export function hasSeveralCounts({ counts = [] }: Asked): boolean {
  return counts.length > 1
}

export function runsAsked(asked: Asked): number {
  return requestsOf(asked).reduce((sum, request) => sum + runCount(request), 0)
}

/** The n-th run alone, in the order of the plans. */
export function onlyTask(asked: Asked, n: number): GridRequest {
  let place = n
  for (const request of requestsOf(asked)) {
    if (place < runCount(request)) return onlyRun(request, place)
    place -= runCount(request)
  }
  throw new RangeError(`${n} is none of ${runsAsked(asked)} runs`)
}

function withCount(request: GridRequest, labelled: LabelledCount): GridRequest {
  const { labelledCases, ...protocol } = request.protocol
  const cases = labelled === 'all' ? labelled : labelledCases
  return { ...request, labelled, protocol: { ...protocol, ...(cases && { labelledCases: cases }) } }
}
