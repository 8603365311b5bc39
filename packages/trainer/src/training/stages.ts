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

/** The stage that an iteration belongs to. In a run too short for all of them early ones may have no iteration at all. */
export function stageOf({ stages }: Pick<Method, 'stages'>, iteration: number, iterations: number): StageOfStep {
  let found: StageOfStep = { name: stages[0]?.name ?? '', start: 0, follows: false }
  let passed = 0
  for (const [i, { share }] of stages.slice(0, -1).entries()) {
    passed += share
    const start = Math.round(passed * iterations)
    if (iteration < start) break
    found = { name: stages[i + 1]!.name, start, follows: true }
  }
  return found
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
