import * as tf from '@tensorflow/tfjs-core'
import type { Method } from '../methods/definition/method'
import type { NetworkSet } from './create-networks'

export interface StageOfStep {
  /** Empty for a method without stages. */
  readonly name: string
  /** Its first iteration. */
  readonly start: number
  /** Whether another stage came before. */
  readonly follows: boolean
}

/** The first iteration of every stage, 0 alone for a method without. */
export function stageStarts({ stages }: Pick<Method, 'stages'>, iterations: number): number[] {
  let passed = 0
  const later = stages.slice(0, -1).map(({ share }) => {
    passed += share
    return Math.round(passed * iterations)
  })
  return [0, ...later]
}

/** The stage that an iteration belongs to. In a run too short for all of them early ones may have no iteration at all. */
export function stageOf(method: Pick<Method, 'stages'>, iteration: number, iterations: number): StageOfStep {
  const starts = stageStarts(method, iterations)
  const i = starts.findLastIndex((start) => start <= iteration)
  return { name: method.stages[i]?.name ?? '', start: starts[i]!, follows: i > 0 }
}

/** What is done before the first step of a stage that follows another: optimisers rest, teachers become copies of their students. */
export async function enterStage(networks: NetworkSet): Promise<void> {
  for (const { spec, network, memories } of networks.byName.values()) {
    for (const { variables } of memories) {
      for (const variable of variables) {
        const rest = tf.zerosLike(variable)
        variable.assign(rest)
        rest.dispose()
      }
    }
    if (spec.ema) network.loadStateDict(await networks.get(spec.ema.of).network.stateDict({ batchCounters: true }))
  }
}
