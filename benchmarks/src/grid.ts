import { createHash } from 'node:crypto'
import { type Fold, splitFold } from '@dualseg/data'
import type { CaseStore, Dataset } from '@dualseg/data/node'
import {
  type EngineIdentity,
  type Method,
  type Profile,
  type Protocol,
  type RunPlan,
  resolveSettings,
  storeData,
} from '@dualseg/trainer'

/** What the command line asked for. */
export interface GridRequest {
  methods: readonly Method[]
  folds: readonly number[]
  seeds: readonly number[]
  profile: Profile
  protocol: Protocol
  labelled: number
  runs: string
  without: readonly string[]
}

/** Every run of a grid, method by method; all share one store of loaded cases. */
export function planGrid(request: GridRequest, dataset: Dataset, store: CaseStore, engine: EngineIdentity): RunPlan[] {
  const plans: RunPlan[] = []
  for (const method of request.methods) {
    for (const fold of request.folds) {
      const split = casesOf(method, splitFold(dataset.folds, fold, request.labelled))
      for (const seed of request.seeds) {
        plans.push({
          method,
          without: request.without,
          settings: resolveSettings(method, request.profile, request.protocol),
          fold,
          seed,
          labelledCases: request.labelled,
          data: storeData(store, split),
          dataIdentity: {
            dataset: dataset.name,
            listsSha256: sha256(JSON.stringify(split)),
            volumesSha256: volumesSha256(split, store),
          },
          engine,
          runs: request.runs,
        })
      }
    }
  }
  return plans
}

/** A method that learns from labelled cases alone neither loads nor depends on the others. */
export function casesOf(method: Method, split: Fold): Fold {
  return method.usesUnlabelled ? split : { ...split, unlabelled: [] }
}

function volumesSha256(split: Fold, store: CaseStore): string {
  const ids = [...split.labelled, ...split.unlabelled, ...split.test]
  return sha256(ids.map((id) => `${id} ${store.sha256(id)}\n`).join(''))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
