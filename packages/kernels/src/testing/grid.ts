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

/** The same, uniform on [low, high). */
export function uniformGrid(shape: readonly number[], seed: number, purpose: string, low: number, high: number): Grid {
  const values = random(seed, purpose, 0, 0).fillUniform(new Float32Array(zeroGrid(shape).data.length), low, high)
  return { shape: [...shape], data: Float64Array.from(values) }
}

/** A grid whose numbers follow from their positions along the axes. */
export function gridOf(shape: readonly number[], value: (position: number[]) => number): Grid {
  const grid = zeroGrid(shape)
  for (let i = 0; i < grid.data.length; i++) grid.data[i] = value(positionAt(shape, i))
  return grid
}

/** Position along every axis of the i-th number. */
export function positionAt(shape: readonly number[], i: number): number[] {
  const position = new Array<number>(shape.length)
  for (let axis = shape.length - 1, rest = i; axis >= 0; rest = Math.floor(rest / shape[axis]!), axis--)
    position[axis] = rest % shape[axis]!
  return position
}

/** The number of that position, counted in row-major order. */
export function indexAt(shape: readonly number[], position: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + position[axis]!, 0)
}

/** The grid as a float32 tensor. */
export function tensorOf<T extends tf.Tensor>(grid: Grid): T {
  return tf.tensor(Float32Array.from(grid.data), grid.shape) as T
}

/** Sum of two grids of one shape. */
export function sumGrid(a: Grid, b: Grid): Grid {
  return { shape: a.shape, data: a.data.map((value, i) => value + b.data[i]!) }
}

export function rootMeanSquare({ data }: Grid): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
}
