import * as tf from '@tensorflow/tfjs-core'
import { random } from '../random'

/** A dense array in row-major order, in float64: what the references compute with. */
export interface Grid {
  readonly shape: number[]
  readonly data: Float64Array
}

/** A grid of zeros. */
export function zeroGrid(shape: readonly number[]): Grid {
  return { shape: [...shape], data: new Float64Array(shape.reduce((all, size) => all * size, 1)) }
}

/** Normal numbers that float32 represents exactly, so that kernel and reference start from the same values. */
export function normalGrid(shape: readonly number[], seed: number, purpose: string, mean = 0, deviation = 1): Grid {
  const grid = zeroGrid(shape)
  const stream = random(seed, purpose, 0, 0)
  for (let i = 0; i < grid.data.length; i++) grid.data[i] = Math.fround(mean + deviation * stream.normal())
  return grid
}

/** The grid as a float32 tensor. */
export function tensorOf<T extends tf.Tensor>(grid: Grid): T {
  return tf.tensor(Float32Array.from(grid.data), grid.shape) as T
}

/** Sum of two grids of one shape. */
export function sumGrid(a: Grid, b: Grid): Grid {
  return { shape: a.shape, data: a.data.map((value, i) => value + b.data[i]!) }
}
