import { dualsegError } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Method, Phase, StepContext, Terms, TrainingBatch } from '../methods/definition/method'
import type { NetworkSet } from './create-networks'
import { averageTeachers, optimiserStep } from './optimise'
import { enterStage, stageOf } from './stages'
import { type StepSetting, stepContext } from './step-context'

export interface StepReport {
  /** Raw values of the terms that are optimised. */
  readonly terms: Readonly<Record<string, number>>
  /** What each of them is multiplied by. */
  readonly weights: Readonly<Record<string, number>>
  /** Values that train nothing; null where they are not a number. */
  readonly noted: Readonly<Record<string, number | null>>
}

/** Gradients as they leave the backward pass, without weight decay; tests and the audit look at them. */
export type SeeGradients = (network: string, gradients: readonly (tf.Tensor | undefined)[]) => void

export interface TrainingStepSetting {
  /** Of SGD in this step. */
  readonly rate: number
  /** Optimiser steps taken before; Adam corrects its moments by it. Differs where a run starts late with fresh optimisers. @default the stage's iterations before */
  readonly optimiserSteps?: number
  readonly seeGradients?: SeeGradients
}

/**
 * One iteration of a method: what a stage begins with, if one does; each phase's terms, their gradient, the optimisers' steps; then the teachers' averaging.
 *
 * Every tensor made on the way is freed, also if it fails.
 *
 * @throws DUALSEG_NAN if a term that is optimised is not finite, before anything is changed by it
 */
export async function trainingStep(
  method: Method,
  networks: NetworkSet,
  batch: TrainingBatch,
  setting: StepSetting & TrainingStepSetting,
): Promise<StepReport> {
  const terms: Record<string, number> = {}
  const weights: Record<string, number> = {}
  const noted: Record<string, number | null> = {}
  const stage = stageOf(method, setting.iteration, setting.iterations)
  if (stage.follows && setting.iteration === stage.start) await enterStage(networks)
  const optimiserSteps = setting.optimiserSteps ?? setting.iteration - stage.start
  const context = stepContext(networks, batch, { ...setting, stage: stage.name })
  for (const phase of method.phases) {
    const { terms: made, gradients } = phaseGradients(phase, networks, context)
    try {
      for (const [name, value] of Object.entries(await readTerms(made))) {
        const { weight, trains } = made[name]!
        if (trains.length === 0) {
          noted[name] = Number.isFinite(value) ? value : null
          continue
        }
        if (!Number.isFinite(value)) throw notFinite(method, name, value, setting)
        terms[name] = value
        weights[name] = weight
      }
      for (const name of phase.optimises) {
        setting.seeGradients?.(name, gradients.get(name)!)
        optimiserStep(networks.get(name), gradients.get(name)!, setting.rate, optimiserSteps + 1)
      }
    } finally {
      disposeTerms(made)
      for (const all of gradients.values()) for (const gradient of all) gradient?.dispose()
    }
  }
  averageTeachers(networks, setting.iteration, method.averages?.(context))
  method.afterStep?.({ iteration: setting.iteration, iterations: setting.iterations })
  return { terms, weights, noted }
}

/**
 * A phase's terms and the gradient of their weighted sum, for each network that it optimises. Both are the caller's to free.
 */
function phaseGradients(
  phase: Phase,
  networks: NetworkSet,
  context: StepContext,
): { terms: Terms; gradients: ReadonlyMap<string, readonly (tf.Tensor | undefined)[]> } {
  let terms: Terms = {}
  const variables = phase.optimises.map((name) => networks.get(name).network.parameters.map(({ variable }) => variable))
  try {
    const { value, grads } = tf.engine().gradients(
      () => {
        terms = phase.terms(context)
        keepTerms(terms)
        return weightedSum(phase, terms)
      },
      variables.flat(),
      undefined,
      true,
    )
    value.dispose()
    const gradients = new Map<string, readonly (tf.Tensor | undefined)[]>()
    let start = 0
    for (const [i, name] of phase.optimises.entries()) {
      gradients.set(name, grads.slice(start, start + variables[i]!.length))
      start += variables[i]!.length
    }
    return { terms, gradients }
  } catch (error) {
    disposeTerms(terms)
    throw error
  }
}

function weightedSum(phase: Phase, terms: Terms): tf.Scalar {
  const parts: tf.Scalar[] = []
  for (const [name, { value, weight, trains }] of Object.entries(terms)) {
    if (trains.length === 0) continue
    const stranger = trains.find((network) => !phase.optimises.includes(network))
    if (stranger !== undefined) {
      throw dualsegError('DUALSEG_VALUE', `term '${name}' trains '${stranger}', which phase '${phase.name}' does not optimise`)
    }
    if (!(value instanceof tf.Tensor) || value.size !== 1) {
      const shape = value instanceof tf.Tensor ? `a tensor [${value.shape}]` : String(value)
      throw dualsegError('DUALSEG_SHAPE', `term '${name}' is ${shape}; what trains a network must be a scalar tensor`)
    }
    parts.push(tf.mul(value, weight))
  }
  if (parts.length === 0) throw dualsegError('DUALSEG_VALUE', `phase '${phase.name}' has no term that trains anything`)
  return parts.length === 1 ? parts[0]! : parts.reduce((sum, part) => tf.add(sum, part))
}

function keepTerms(terms: Terms): void {
  for (const { value } of Object.values(terms)) if (value instanceof tf.Tensor) tf.keep(value)
}

function disposeTerms(terms: Terms): void {
  for (const { value } of Object.values(terms)) {
    // Two names may share a tensor.
    if (value instanceof tf.Tensor && !value.isDisposed) value.dispose()
  }
}

async function readTerms(terms: Terms): Promise<Record<string, number>> {
  // In one piece: each read waits for the device anew.
  const scalars = Object.entries(terms).flatMap(([name, { value }]) =>
    value instanceof tf.Tensor && value.size === 1 && value.dtype === 'float32' ? [{ name, value }] : [],
  )
  const together = tf.tidy(() => (scalars.length > 0 ? tf.concat(scalars.map(({ value }) => tf.reshape(value, [1]))) : undefined))
  const read = await together?.data()
  together?.dispose()
  const known = new Map(scalars.map(({ name }, i) => [name, read![i]!]))
  const values: Record<string, number> = {}
  for (const [name, { value }] of Object.entries(terms)) {
    values[name] = known.get(name) ?? (value instanceof tf.Tensor ? (await value.data())[0]! : value)
  }
  return values
}

function notFinite(method: Method, name: string, value: number, { iteration, iterations }: StepSetting): Error {
  return dualsegError(
    'DUALSEG_NAN',
    `${method.name}: term '${name}' became ${value} in iteration ${iteration} of ${iterations}, before its step; the weights are still those of the last step. ` +
      'Look at log.jsonl for the terms before; a smaller learning rate or another seed may help.',
  )
}
