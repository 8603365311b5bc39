import { stopGradient } from '@dualseg/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Half, Method, Passed, Phase, TrainingBatch } from '../methods/definition/method'
import type { NetworkSet } from './create-networks'
import { stageOf } from './stages'
import { type StepSetting, stepContext } from './step-context'

/** What one term sends to one network from one half of the batch. */
export interface AuditEntry {
  readonly phase: string
  readonly term: string
  readonly network: string
  readonly half: Half
  /** Of the gradient of the raw term, before its weight. 0 is exactly zero: nothing arrives. */
  readonly norm: number
  /** Whether the method says that something arrives here, in this step. */
  readonly expected: boolean
}

export interface AuditReport {
  readonly entries: readonly AuditEntry[]
  /** Raw values; what each enters the loss with; what each trains. */
  readonly terms: Readonly<Record<string, { value: number; weight: number; trains: readonly string[] }>>
}

const HALVES: readonly Half[] = ['labelled', 'unlabelled']

/**
 * Says for every term of a method which networks get a gradient from it, and from which half of the batch.
 *
 * A half's share is what remains when the outputs of the other half's samples are constants. Batch normalisation still mixes the
 * samples inside the networks; that is not what a term teaches. Of volumes pasted together it is what remains when the voxels that were of the other half are. Nothing is changed: no optimiser step, no statistics.
 */
export async function auditStep(
  method: Method,
  networks: NetworkSet,
  batch: TrainingBatch,
  given: StepSetting,
): Promise<AuditReport> {
  const setting: StepSetting = { ...given, stage: stageOf(method, given.iteration, given.iterations).name }
  const entries: AuditEntry[] = []
  const terms: Record<string, { value: number; weight: number; trains: readonly string[] }> = {}
  const halves = HALVES.slice(0, batch.unlabelledCount > 0 ? 2 : 1)
  for (const phase of method.phases) {
    const whole = runTerms(phase, networks, batch, setting)
    for (const [name, { value, weight, trains }] of Object.entries(whole)) {
      terms[name] = { value, weight, trains }
      for (const half of halves) {
        const norms = gradientNorms(phase, name, half, networks, batch, setting)
        for (const [network, norm] of norms) {
          const expected = trains.includes(network) && (method.audit[name]?.[network] ?? []).includes(half)
          entries.push({ phase: phase.name, term: name, network, half, norm, expected })
        }
      }
    }
  }
  return { entries, terms }
}

/** Entries in which a term that should teach does not, or one that should not does. */
export function auditFaults(report: AuditReport): readonly AuditEntry[] {
  return report.entries.filter(({ norm, expected }) => expected !== norm > 0 || !Number.isFinite(norm))
}

function quiet(setting: StepSetting): StepSetting {
  return { ...setting, updateStatistics: false }
}

function runTerms(phase: Phase, networks: NetworkSet, batch: TrainingBatch, setting: StepSetting) {
  const values: Record<string, { value: number; weight: number; trains: readonly string[] }> = {}
  tf.tidy(() => {
    const terms = phase.terms(stepContext(networks, batch, quiet(setting)))
    for (const [name, { value, weight, trains }] of Object.entries(terms)) {
      values[name] = { value: typeof value === 'number' ? value : value.dataSync()[0]!, weight, trains }
    }
  })
  return values
}

function gradientNorms(
  phase: Phase,
  term: string,
  half: Half,
  networks: NetworkSet,
  batch: TrainingBatch,
  setting: StepSetting,
): [network: string, norm: number][] {
  const variables = phase.optimises.map((name) => networks.get(name).network.parameters.map(({ variable }) => variable))
  const cut: StepSetting = {
    ...quiet(setting),
    onOutput: (name, output, samples) => (phase.optimises.includes(name) ? ofHalf(output, samples, half, batch) : output),
  }
  return tf.tidy(() => {
    const { grads } = tf.engine().gradients(
      () => {
        const { value } = phase.terms(stepContext(networks, batch, cut))[term]!
        return typeof value === 'number' ? tf.scalar(value) : (tf.clone(value) as tf.Scalar)
      },
      variables.flat(),
      undefined,
      true,
    )
    const remaining = [...(grads as (tf.Tensor | undefined)[])]
    return phase.optimises.map((name, i) => [name, normOf(remaining.splice(0, variables[i]!.length))])
  })
}

function normOf(gradients: readonly (tf.Tensor | undefined)[]): number {
  let squares = 0
  for (const gradient of gradients) {
    if (gradient !== undefined) for (const value of gradient.dataSync()) squares += value * value
  }
  return Math.sqrt(squares)
}

/** A network's output in which only one half of the samples is live. */
function ofHalf(output: object, samples: Passed, half: Half, batch: TrainingBatch): object {
  const change = (tensor: tf.Tensor): tf.Tensor => {
    if (samples === half) return tensor
    if (typeof samples === 'object') {
      const ofLabelled = tf.cast(tf.expandDims(samples.labelledWhere, -1), 'bool')
      const isLive = half === 'labelled' ? ofLabelled : tf.logicalNot(ofLabelled)
      return tf.where(isLive, tensor, stopGradient(tensor))
    }
    if (samples !== 'all') return stopGradient(tensor)
    const { labelledCount, unlabelledCount } = batch
    if (unlabelledCount === 0) return tensor
    // Not always as many as the batch has: unlabelled samples may have been mixed.
    const [labelled, unlabelled] = tf.split(tensor, [labelledCount, tensor.shape[0]! - labelledCount]) as [tf.Tensor, tf.Tensor]
    return half === 'labelled' ? tf.concat([labelled, stopGradient(unlabelled)]) : tf.concat([stopGradient(labelled), unlabelled])
  }
  const ofUnlabelled = (tensor: tf.Tensor): tf.Tensor => (half === 'unlabelled' ? tensor : stopGradient(tensor))
  return Object.fromEntries(
    Object.entries(output).map(([name, value]: [string, tf.Tensor | tf.Tensor[]]) => {
      // Of perturbed maps there are those of the second half alone.
      const cut = name === 'perturbed' && samples === 'all' ? ofUnlabelled : change
      return [name, Array.isArray(value) ? value.map(cut) : cut(value)]
    }),
  )
}
