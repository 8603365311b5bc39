import { CaseStore } from '@dualseg/data/node'
import { type RunHooks, type RunOutcome, type RunPlan, readCourse, testEvery, trainRun } from '@dualseg/trainer'
import { openEngine, type UsedEngine } from '../engines/open-engine'
import { methodOf } from './arm'
import { type EstimateOptions, estimatePlan, type PlanEstimate } from './estimate'
import { expectEveryClass } from './expect-every-class'
import { splitOf } from './labelled-cases'
import { lackOf } from './lacking-cases'
import { locate } from './named-dataset'
import { casesOf, planGrid } from './plan-grid'
import { requestsOf, type WorkOrder } from './work-order'

/** Where runs are done: in this process, or in one beside it. Runs are named by their place in the plan. */
export interface Workshop {
  readonly engine: UsedEngine
  /** Loads the cases of all folds and plans the runs; before anything else. */
  load(hooks: { onLine?(line: string): void; signal?: AbortSignal }): Promise<void>
  estimate(options: EstimateOptions): Promise<PlanEstimate>
  run(index: number, hooks: Pick<RunHooks, 'onProgress' | 'onNotice' | 'signal'>): Promise<RunOutcome>
  close(): void
}

/** Opens the order's engine in this process. */
export async function openWorkshop(order: WorkOrder): Promise<Workshop> {
  const requests = requestsOf(order)
  const dataset = await locate(order)
  const engine = await openEngine(order.engine, order.engineOptions)
  const store = new CaseStore(dataset.source, { factor: order.request.profile.reduce })
  let plans: readonly RunPlan[] = []
  return {
    engine,
    async load({ onLine, signal }) {
      for (const request of requests) {
        for (const fold of request.folds) {
          for (const arm of request.arms) {
            if (lackOf(arm, fold, request, dataset.folds) !== undefined) continue
            for (const seed of request.seeds) {
              const split = splitOf(dataset.folds, request.protocol, { fold, seed, labelled: request.labelled })
              await store.load(casesOf(methodOf(arm), split), {
                ...(signal && { signal }),
                onProgress: ({ done, total }) => onLine?.(`fold ${fold}: ${done}/${total}`),
              })
              expectEveryClass(dataset, store, split, fold)
            }
          }
        }
      }
      plans = requests.flatMap((request) => planGrid(request, dataset, store, engine.identity))
    },
    estimate: (options) => estimatePlan(plans, options),
    async run(index, hooks) {
      const plan = plans[index]!
      const { testEvery: every } = order.request
      if (every === undefined) return trainRun(plan, hooks)
      const outcome = await trainRun(plan, { ...hooks, beforeStep: testEvery(plan, every, hooks) })
      if (outcome.status === 'done' && !outcome.ran && readCourse(outcome.folder) === undefined)
        hooks.onNotice?.(
          `${outcome.folder} was finished without --test-every, and what it was on the way is gone; with another --runs it is trained again`,
        )
      return outcome
    },
    close: () => store.clear(),
  }
}
