import { expectOptions } from '@dualseg/kernels'
import { requireFinite, requirePositive, requireWithin } from './requirements/numbers'

/**
 * Sigmoid ramp-up: `exp(-5 (1 - clip(e, 0, L) / L)²)`, 1 for L = 0.
 *
 * Source: Laine and Aila 2017; every method here.
 *
 * @param epoch e, whole or not
 * @param length L, 0 or more
 * @returns exp(-5) to 1
 * @throws DUALSEG_VALUE for NaN or a negative length
 */
export function sigmoidRamp(epoch: number, length: number): number {
  requireFinite('sigmoidRamp', 'epoch', epoch)
  requireFinite('sigmoidRamp', 'length', length, 0)
  return rampUp(epoch, length)
}

function rampUp(epoch: number, length: number): number {
  if (length === 0) return 1
  const left = 1 - Math.min(Math.max(epoch, 0), length) / length
  return Math.exp(-5 * left * left)
}

export interface ConsistencyWeightOptions {
  /** Weight at the end of the ramp. */
  lambdaMax: number
  /** In «epochs» of `iterationsPerEpoch`; default 40. */
  rampLength?: number
  /** The ramp moves once in so many iterations; default 150. */
  iterationsPerEpoch?: number
}

/**
 * Weight of the unsupervised term: `λ sigmoidRamp(floor(it / 150), 40)`.
 *
 * Source: UA-MT and its descendants, λ 0.1 (SASSNet 0.01, DTC and MC-Net 1); SSL4MIS with lengths 200 and 400. `it` is the counter before
 * its increment, starting at 0; MC-Net alone uses it after the increment.
 *
 * @param iteration it, 0 or more
 * @returns λ exp(-5) to λ
 * @throws DUALSEG_VALUE for NaN, a negative counter or an epoch of no iterations
 */
export function consistencyWeight(iteration: number, options: ConsistencyWeightOptions): number {
  const where = 'consistencyWeight'
  expectOptions(where, options, ['lambdaMax', 'rampLength', 'iterationsPerEpoch'])
  const { lambdaMax, rampLength = 40, iterationsPerEpoch = 150 } = options
  requireFinite(where, 'iteration', iteration, 0)
  requireFinite(where, 'lambdaMax', lambdaMax)
  requireFinite(where, 'rampLength', rampLength, 0)
  requirePositive(where, 'iterationsPerEpoch', iterationsPerEpoch)
  return lambdaMax * rampUp(Math.floor(iteration / iterationsPerEpoch), rampLength)
}

/**
 * Entropy below which UA-MT trusts its teacher: `(3/4 + 1/4 exp(-5 (1 - it / maxIterations)²)) ln 2`.
 *
 * Source: Yu et al. 2019 (UA-MT), two classes.
 *
 * @param iteration it, before its increment
 * @param maxIterations length of the training
 * @returns in nats, 0.521 to ln 2
 * @throws DUALSEG_VALUE for NaN or a training of no iterations
 */
export function uncertaintyThreshold(iteration: number, maxIterations: number): number {
  requireFinite('uncertaintyThreshold', 'iteration', iteration)
  requirePositive('uncertaintyThreshold', 'maxIterations', maxIterations)
  return (0.75 + 0.25 * rampUp(iteration, maxIterations)) * Math.LN2
}

/**
 * Decay of the teacher's moving average: `min(1 - 1 / (it + 1), decay)`. At it = 0 it is 0: the teacher becomes a copy of the student.
 *
 * Source: Tarvainen and Valpola 2017; UA-MT, decay 0.99.
 *
 * @param iteration it, before its increment, 0 or more
 * @param decay 0..1
 * @returns 0 to decay; teacher = decay * teacher + (1 - decay) * student
 * @throws DUALSEG_VALUE for NaN, a negative counter or a decay outside 0..1
 */
export function emaDecay(iteration: number, decay: number): number {
  requireFinite('emaDecay', 'iteration', iteration, 0)
  requireWithin('emaDecay', 'decay', decay, 0, 1)
  return Math.min(1 - 1 / (iteration + 1), decay)
}
