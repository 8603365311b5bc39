import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { LOSSES } from './every-function'

/** Numbers as JSON has them: infinities and NaN by name. */
type Written = number | 'NaN' | 'Infinity' | '-Infinity'

interface WrittenTensor {
  readonly shape: number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly values: Written[]
}

/** One call of a function at an edge, and what PyTorch gives for it. */
export interface EdgeCase {
  readonly name: string
  readonly title: string
  readonly arguments: unknown[]
  /** Which member of the result is meant. */
  readonly path?: string
  readonly value: Written[]
  /** Of each leading tensor that the loss teaches; empty where it teaches none. */
  readonly gradients: (Written[] | null)[]
}

export interface EdgeNumbers {
  readonly value: number[]
  readonly gradients: (number[] | null)[]
}

/** Recorded by test/pytorch/edges.py, with the versions of PyTorch and numpy that stand in it. */
export const { cases } = JSON.parse(readFileSync(new URL('fixtures/edges.json', import.meta.url), 'utf8')) as {
  cases: EdgeCase[]
}

export function theirs({ value, gradients }: EdgeCase): EdgeNumbers {
  return { value: value.map(Number), gradients: gradients.map((gradient) => gradient?.map(Number) ?? null) }
}

/** Calls the function as the case says; the gradient is that of a map weighted by 1, 2, 3, ... */
export function ours({ name, arguments: written, path, gradients }: EdgeCase): EdgeNumbers {
  return tf.tidy(() => {
    const tensors: tf.Tensor[] = []
    const given = written.map((argument) => read(argument, tensors))
    const compute = () => {
      const result = LOSSES[name]!(...given)
      return (path === undefined ? result : (result as Record<string, unknown>)[path]) as tf.Tensor | number
    }
    const value = compute()
    if (typeof value === 'number') return { value: [value], gradients: [] }
    const weights = tf.reshape(tf.range(1, value.size + 1), value.shape)
    const scalar = () => {
      const y = compute() as tf.Tensor
      return y.rank === 0 ? (y as tf.Scalar) : tf.sum<tf.Scalar>(tf.mul(y, weights))
    }
    const live = tensors.slice(0, gradients.length)
    const { grads } = live.length > 0 ? tf.engine().gradients(scalar, live, undefined, true) : { grads: [] }
    return { value: [...value.dataSync()], gradients: grads.map((gradient) => gradient && [...gradient.dataSync()]) }
  })
}

/** An argument; its tensors are added to `tensors`. */
function read(argument: unknown, tensors: tf.Tensor[]): unknown {
  if (argument === 'NaN') return Number.NaN
  if (typeof argument !== 'object' || argument === null) return argument
  if (Array.isArray(argument)) return argument.map((one) => read(one, tensors))
  if ('shape' in argument) {
    const { shape, dtype, values } = argument as WrittenTensor
    const tensor = tf.tensor(values.map(Number), shape, dtype)
    tensors.push(tensor)
    return tensor
  }
  if ('int32' in argument) return Int32Array.from(argument.int32 as number[])
  if ('float32' in argument) return Float32Array.from((argument.float32 as Written[]).map(Number))
  return Object.fromEntries(Object.entries(argument).map(([key, one]) => [key, read(one, tensors)]))
}
