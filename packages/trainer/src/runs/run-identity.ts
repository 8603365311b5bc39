import { join } from 'node:path'
import { KERNELS_REVISION } from '@dualseg/kernels'
import { scoresOfMethod } from '../prediction/scores-of-method'
import { canonicalJson, sha256 } from './disk/canonical-json'
import type { ConfigFile, RunConfig } from './files/config-file'
import type { RunPlan } from './run-plan'

/** Goes up whenever the bits of any run may change through this package: methods, loop, optimisers, inference, files. */
export const TRAINER_REVISION = 3

/** All that decides a run's result, as plain data. Two plans with the same have the same bits. */
export function runConfig(plan: RunPlan): RunConfig {
  const { method, settings, engine, dataIdentity, fold, seed, labelledCases } = plan
  return {
    method: {
      name: method.name,
      without: [...(plan.without ?? [])].sort(),
      networks: Object.fromEntries(Object.entries(method.networks).map(([name, { create: _, ...spec }]) => [name, spec])),
      phases: method.phases.map(({ name, optimises }) => ({ name, optimises })),
      ...(method.stages.length > 0 && { stages: method.stages }),
      predictWith: method.predictWith,
      decide: scoresOfMethod(method, settings.classes).decide,
      usesUnlabelled: method.usesUnlabelled,
    },
    settings,
    fold,
    seed,
    labelledCases,
    data: dataIdentity,
    engine,
    kernelsRevision: KERNELS_REVISION,
    trainerRevision: TRAINER_REVISION,
  }
}

/** A run's configuration, its SHA-256 and its folder. */
export function runIdentity(plan: RunPlan): ConfigFile & { folder: string } {
  const config = runConfig(plan)
  const hash = sha256(canonicalJson(config))
  const { runs, dataIdentity, settings, method, fold, seed } = plan
  const name = `fold${fold}-seed${seed}-${hash.slice(0, 8)}`
  return { config, sha256: hash, folder: join(runs, dataIdentity.dataset, settings.profile, method.name, name) }
}
