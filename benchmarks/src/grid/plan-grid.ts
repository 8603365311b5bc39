import { isDeepStrictEqual } from 'node:util'
import { type Axis, type Fold, ONE_FOREGROUND } from '@dualseg/data'
import { type CaseStore, type Dataset, labelClassesOf } from '@dualseg/data/node'
import {
  dataIdentity,
  type EngineIdentity,
  type Method,
  type Profile,
  type Protocol,
  type RunPlan,
  resolveSettings,
  storeData,
} from '@dualseg/trainer'
import { type Arm, methodOf } from './arm'
import { dataSettings } from './data-settings'
import { countOf, type LabelledCount, splitOf } from './labelled-cases'
import { lackOf } from './lacking-cases'
import { onTrainingGrid } from './training-grid'

/** What decides the runs of a grid, besides data and engine. Plain data. */
export interface GridRequest {
  readonly arms: readonly Arm[]
  readonly folds: readonly number[]
  readonly seeds: readonly number[]
  readonly profile: Profile
  readonly protocol: Protocol
  readonly labelled: LabelledCount
  readonly runs: string
  /** Axes along which the data set may be mirrored, for what its runs predict later. @default all */
  readonly mirrorAxes?: readonly Axis[]
  /** Train on every case that is there but these, which are tested: no fold of the data set's. @default folds */
  readonly heldOut?: readonly string[]
  /** Test after every so many training steps as well, see `testEvery`. @default the last step alone */
  readonly testEvery?: number
  /** Keep the masks of the test cases. @default false */
  readonly predictions?: boolean
}

/** Every run of a grid whose batches its fold fills (`lacksOf` names the others), arm by arm; all share one store of loaded cases. */
export function planGrid(request: GridRequest, dataset: Dataset, store: CaseStore, engine: EngineIdentity): RunPlan[] {
  const plans: RunPlan[] = []
  const classes = labelClassesOf(dataset.source)
  for (const arm of request.arms) {
    const method = methodOf(arm)
    for (const fold of request.folds) {
      if (lackOf(arm, fold, request, dataset.folds) !== undefined) continue
      for (const seed of request.seeds) {
        const split = casesOf(method, splitOf(dataset.folds, request.protocol, { fold, seed, labelled: request.labelled }))
        const trained = [...split.labelled, ...split.unlabelled]
        const settings = dataSettings(dataset, store, [...trained, ...split.test])
        const preparation = dataset.preparation && onTrainingGrid(dataset.preparation, store, trained)
        const data = storeData(store, split, { folds: dataset.folds })
        const identity = dataIdentity(dataset.name, data.describeSplit())
        plans.push({
          method,
          without: arm.without,
          settings: resolveSettings(method, request.profile, request.protocol, settings),
          fold,
          seed,
          labelledCases: countOf(request.labelled, dataset.folds, fold),
          data,
          dataIdentity: identity,
          ...(preparation && { preparation }),
          ...(!isDeepStrictEqual(classes, ONE_FOREGROUND) && { classes }),
          ...(request.mirrorAxes && { mirrorAxes: request.mirrorAxes }),
          engine,
          runs: request.runs,
          savePredictions: request.predictions ?? false,
        })
      }
    }
  }
  return plans
}

/** The grid that is the n-th run alone, in the order of `planGrid`. */
export function onlyRun(request: GridRequest, n: number): GridRequest {
  const { arms, folds, seeds } = request
  const perArm = folds.length * seeds.length
  return {
    ...request,
    arms: [arms[Math.floor(n / perArm)]!],
    folds: [folds[Math.floor((n % perArm) / seeds.length)]!],
    seeds: [seeds[n % seeds.length]!],
  }
}

export function runCount({ arms, folds, seeds }: GridRequest): number {
  return arms.length * folds.length * seeds.length
}

/** A method that learns from labelled cases alone neither loads nor depends on the others. */
export function casesOf(method: Method, split: Fold): Fold {
  return method.usesUnlabelled ? split : { ...split, unlabelled: [] }
}
