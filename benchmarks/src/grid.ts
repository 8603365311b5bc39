import { createHash } from 'node:crypto'
import { type Fold, splitFold } from '@dualseg/data'
import { BatchLoader, type CaseStore, type Dataset } from '@dualseg/data/node'
import { type EngineIdentity, type Method, type Profile, type Protocol, type RunData, type RunPlan, resolveSettings } from '@dualseg/trainer'

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
      const split = splitFold(dataset.folds, fold, request.labelled)
      for (const seed of request.seeds) {
        plans.push({
          method,
          without: request.without,
          settings: resolveSettings(method, request.profile, request.protocol),
          fold,
          seed,
          labelledCases: request.labelled,
          data: runData(split, store),
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

/** A fold's cases as a run asks for them. */
function runData(split: Fold, store: CaseStore): RunData {
  return {
    openBatches: ({ seed, patch, labelled, unlabelled, rotFlip, end }) =>
      new BatchLoader(
        {
          seed,
          patch: [...patch],
          labelled: split.labelled,
          unlabelled: split.unlabelled,
          labelledPerBatch: labelled,
          unlabelledPerBatch: unlabelled,
          rotFlip,
        },
        store,
        { iterations: end },
      ),
    testIds: split.test,
    openTestCase: async (id) => ({ id, image: store.image(id), label: store.reference(id) }),
  }
}

function volumesSha256(split: Fold, store: CaseStore): string {
  const ids = [...split.labelled, ...split.unlabelled, ...split.test]
  return sha256(ids.map((id) => `${id} ${store.sha256(id)}\n`).join(''))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
