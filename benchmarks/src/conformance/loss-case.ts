import type * as tf from '@tensorflow/tfjs-core'
import type { KitArray } from './kit'
import type { Float32Deviation } from './tolerance'

/** One case of `losses.json`. */
export interface LossCase {
  name: string
  inputs: Record<string, KitArray | number[]>
  options?: Record<string, unknown>
  expected: {
    value?: unknown
    grads?: Record<string, KitArray>
    values?: Record<string, unknown>
    maps?: Record<string, KitArray>
    extraGrads?: Record<string, { value: unknown; grads: Record<string, KitArray> }>
    noGrad?: string[]
    float32Deviation?: Float32Deviation
  }
}

/** What a group computes from a case; every entry of `expected` must find its counterpart here. */
export interface Computed {
  value: tf.Scalar
  /** Other scalars of the same computation. */
  values?: Record<string, tf.Tensor | number>
  maps?: Record<string, tf.Tensor>
  /** Further scalars with gradients of their own. */
  extra?: Record<string, tf.Scalar>
  /** Names among values and maps that must match exactly: masks, targets, counts. */
  exact?: readonly string[]
}

/**
 * The computation of a group: differentiable from the inputs. Called once a gradient.
 *
 * @param inputs float32, also labels and targets
 */
export type LossGroup = (inputs: LossInputs, testCase: LossCase) => Computed

/** The inputs of a case by their names in the kit. */
export type LossInputs = (name: string) => tf.Tensor
