import * as tf from '@tensorflow/tfjs-core'
import { dualsegError } from './errors'
import { found } from './found'
import { expectFloat, shapeText } from './validate'

/** Lists of tensors as kernel inputs: `p0, p1, ..., g0, g1, ...`. */
export function numbered(lists: Readonly<Record<string, readonly tf.Tensor[]>>): tf.NamedTensorMap {
  const inputs: tf.NamedTensorMap = {}
  for (const [prefix, list] of Object.entries(lists)) for (const [i, tensor] of list.entries()) inputs[`${prefix}${i}`] = tensor
  return inputs
}

/** The list of one prefix from a kernel's inputs. */
export function listOf(inputs: tf.NamedTensorMap, prefix: string, count: number): tf.Tensor[] {
  return Array.from({ length: count }, (_, i) => inputs[`${prefix}${i}`]!)
}

/**
 * Gives variables the values that a step kernel returned. A kernel that changed them in place has returned nothing.
 */
export function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [i, value] of values.entries()) {
    variables[i]!.assign(value)
    value.dispose()
  }
}

/** @throws DUALSEG_VALUE unless they are lists of floats, DUALSEG_SHAPE unless they are equally long and equal in shape, element by element */
export function expectMatchingLists(where: string, lists: Readonly<Record<string, readonly tf.Tensor[]>>): void {
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list))
      throw dualsegError('DUALSEG_VALUE', `${where}: ${name} is ${found(list)}, expected an array of tensors`)
    for (const [i, tensor] of list.entries()) expectFloat(where, `${name}[${i}]`, tensor)
  }
  const [[firstName, first], ...others] = Object.entries(lists) as [
    [string, readonly tf.Tensor[]],
    ...[string, readonly tf.Tensor[]][],
  ]
  for (const [name, list] of others) {
    if (list.length !== first.length) {
      throw dualsegError('DUALSEG_SHAPE', `${where}: ${list.length} ${name} for ${first.length} ${firstName}`)
    }
    for (const [i, tensor] of list.entries()) {
      if (!tf.util.arraysEqual(tensor.shape, first[i]!.shape)) {
        throw dualsegError(
          'DUALSEG_SHAPE',
          `${where}: ${name}[${i}] ${shapeText(tensor.shape)} does not match ${firstName}[${i}] ${shapeText(first[i]!.shape)}`,
        )
      }
    }
  }
}

/** @throws DUALSEG_VALUE unless all of them can be changed */
export function expectVariables(where: string, lists: Readonly<Record<string, readonly tf.Variable[]>>): void {
  for (const [name, list] of Object.entries(lists)) {
    for (const [i, variable] of list.entries()) {
      if (variable instanceof tf.Variable) continue
      throw dualsegError(
        'DUALSEG_VALUE',
        `${where}: ${name}[${i}] is ${found(variable)}, expected a tf.Variable, which the step changes`,
      )
    }
  }
}
