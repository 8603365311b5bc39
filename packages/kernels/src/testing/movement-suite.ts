import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { padZeros } from '../pad-zeros'
import { type Grid, normalGrid, tensorOf } from './grid'
import { expectNear, measure, withGradients } from './measure'
import { dice, holdsOnOddShapes, oddTensors } from './odd-shapes'
import { type Origin, referenceMovement, referenceMovementGrad } from './reference-movement'

const SEED = 51
const MOST = 1000

interface Movement {
  readonly run: (...parts: tf.Tensor[]) => tf.Tensor
  /** Shapes of what is moved. */
  readonly parts: readonly (readonly number[])[]
  /** Shape of the result. */
  readonly shape: readonly number[]
  readonly origin: Origin
  readonly filler?: number
}

type Shape = readonly number[]

/** What moves a tensor of some shape; the rest is drawn. */
type Draw = (shape: Shape, drawn: readonly number[]) => Movement

/** With the size of one axis changed. */
function resized(shape: Shape, axis: number, size: number): number[] {
  return shape.map((old, i) => (i === axis ? size : old))
}

/** With the position along one axis changed. */
const moved = resized

function paddingsOf(shape: Shape, drawn: readonly number[]): [number, number][] {
  return shape.map((_, axis) => [drawn[axis]! % 3, drawn[axis + 5]! % 3])
}

function padding(shape: Shape, paddings: readonly (readonly [number, number])[]): Pick<Movement, 'parts' | 'shape' | 'origin'> {
  return {
    parts: [shape],
    shape: shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]),
    origin: (position) => {
      const inner = position.map((at, axis) => at - paddings[axis]![0])
      return inner.every((at, axis) => at >= 0 && at < shape[axis]!) ? [0, inner] : null
    },
  }
}

/** Tensors of one shape but for an axis, one after the other along it. */
function inARow(shape: Shape, axis: number, widths: readonly number[]): Pick<Movement, 'parts' | 'shape' | 'origin'> {
  return {
    parts: widths.map((width) => resized(shape, axis, width)),
    shape: resized(
      shape,
      axis,
      widths.reduce((sum, width) => sum + width),
    ),
    origin: (position) => {
      let part = 0
      let at = position[axis]!
      while (at >= widths[part]!) at -= widths[part++]!
      return [part, moved(position, axis, at)]
    },
  }
}

const MOVEMENTS: Record<string, Draw> = {
  slice: (shape, drawn) => {
    const begin = shape.map((size, axis) => drawn[axis]! % size)
    const size = shape.map((all, axis) => 1 + (drawn[axis + 5]! % (all - begin[axis]!)))
    return {
      run: (x) => tf.slice(x, begin, size),
      parts: [shape],
      shape: size,
      origin: (position) => [0, position.map((at, axis) => at + begin[axis]!)],
    }
  },

  pad: (shape, drawn) => {
    const paddings = paddingsOf(shape, drawn)
    return { run: (x) => tf.pad(x, paddings, 1), filler: 1, ...padding(shape, paddings) }
  },

  padZeros: (shape, drawn) => {
    const paddings = paddingsOf(shape, drawn)
    return { run: (x) => padZeros(x, paddings), ...padding(shape, paddings) }
  },

  concat: (shape, drawn) => {
    const axis = drawn[0]! % shape.length
    const widths = [shape[axis]!, ...drawn.slice(1, 2 + (drawn[1]! % 3)).map((value) => 1 + (value % 5))]
    return { run: (...parts) => tf.concat(parts, drawn[11]! % 2 ? axis : axis - shape.length), ...inARow(shape, axis, widths) }
  },

  stack: (shape, drawn) => {
    const axis = drawn[0]! % (shape.length + 1)
    const count = 1 + (drawn[1]! % 4)
    return {
      run: (...parts) => tf.stack(parts, axis),
      parts: new Array<Shape>(count).fill(shape),
      shape: [...shape.slice(0, axis), count, ...shape.slice(axis)],
      origin: (position) => [position[axis]!, position.filter((_, i) => i !== axis)],
    }
  },

  unstack: (shape, drawn) => {
    const axis = drawn[0]! % shape.length
    const which = drawn[1]! % shape[axis]!
    return {
      run: (x) => tf.unstack(x, axis)[which]!,
      parts: [shape],
      shape: shape.filter((_, i) => i !== axis),
      origin: (position) => [0, [...position.slice(0, axis), which, ...position.slice(axis)]],
    }
  },

  split: (shape, drawn) => {
    const axis = drawn[0]! % shape.length
    const size = shape[axis]!
    const first = drawn[1]! % size
    const widths = first === 0 ? [size] : [first, size - first]
    const which = drawn[2]! % widths.length
    const start = which === 0 ? 0 : first
    return {
      run: (x) => tf.split(x, widths, axis)[which]!,
      parts: [shape],
      shape: resized(shape, axis, widths[which]!),
      origin: (position) => [0, moved(position, axis, start + position[axis]!)],
    }
  },

  tile: (shape, drawn) => {
    // Half of the cases repeat axes of one only.
    const reps = shape.map((size, axis) => (drawn[11]! % 2 && size > 1 ? 1 : 1 + (drawn[axis]! % 3)))
    return {
      run: (x) => tf.tile(x, reps),
      parts: [shape],
      shape: shape.map((size, axis) => size * reps[axis]!),
      origin: (position) => [0, position.map((at, axis) => at % shape[axis]!)],
    }
  },

  broadcastTo: (shape, drawn) => {
    const small = shape.map((size, axis) => (drawn[axis]! % 2 ? 1 : size))
    return {
      run: (x) => tf.broadcastTo(x, [...shape]),
      parts: [small],
      shape,
      origin: (position) => [0, position.map((at, axis) => (small[axis] === 1 ? 0 : at))],
    }
  },

  transpose: (shape, drawn) => {
    const order = shape.map((_, axis) => axis).sort((a, b) => drawn[a]! - drawn[b]! || a - b)
    return {
      run: (x) => tf.transpose(x, order),
      parts: [shape],
      shape: order.map((axis) => shape[axis]!),
      origin: (position) => [0, shape.map((_, axis) => position[order.indexOf(axis)]!)],
    }
  },

  reverse: (shape, drawn) => {
    const axes = shape.flatMap((_, axis) => (drawn[axis]! % 2 ? [axis] : []))
    return {
      run: (x) => tf.reverse(x, axes),
      parts: [shape],
      shape,
      origin: (position) => [0, position.map((at, axis) => (axes.includes(axis) ? shape[axis]! - 1 - at : at))],
    }
  },

  gather: (shape, drawn) => {
    const axis = drawn[0]! % shape.length
    const wanted = drawn.slice(1, 2 + (drawn[1]! % 6)).map((value) => value % shape[axis]!)
    return {
      run: (x) => tf.gather(x, tf.tensor1d(wanted, 'int32'), axis),
      parts: [shape],
      shape: resized(shape, axis, wanted.length),
      origin: (position) => [0, moved(position, axis, wanted[position[axis]!]!)],
    }
  },
}

async function expectMovement({ run, parts, shape, origin, filler = 0 }: Movement, tolerance: number): Promise<void> {
  const grids = parts.map((part, i) => normalGrid(part, SEED, `part ${i}`))
  const dy = normalGrid(shape, SEED, 'dy')
  const values = await measure(() =>
    withGradients(
      run,
      grids.map((grid) => tensorOf(grid)),
      tensorOf(dy),
    ),
  )
  expectNear('y', values[0], referenceMovement(grids, shape, origin, filler), 0)
  for (const [i, grad] of referenceMovementGrad(dy, parts, origin).entries())
    expectNear(`gradient of part ${i}`, values[1 + i], grad, tolerance, 1)
}

/** Whole numbers and truths are moved as they are. */
async function expectMovementOf(dtype: 'int32' | 'bool', movement: Movement): Promise<void> {
  const { run, parts, shape, origin, filler = 0 } = movement
  const whole = (value: number) => (dtype === 'bool' ? (value > 0 ? 1 : 0) : Math.round(value * 100))
  const grids: Grid[] = parts.map((part, i) => {
    const grid = normalGrid(part, SEED, `part ${i}`)
    return { shape: grid.shape, data: grid.data.map(whole) }
  })
  const [y] = await measure(() => [run(...grids.map((grid) => tf.cast(tensorOf(grid), dtype)))])
  const filled = dtype === 'bool' ? Number(filler !== 0) : filler
  expectNear(dtype, y, referenceMovement(grids, shape, origin, filled), 0)
}

/** Ops of tfjs-core that move numbers, with their gradients, against plain loops. */
export function movementSuite(tolerance: number): void {
  describe('ops that move numbers, on odd shapes', () => {
    it.each(Object.entries(MOVEMENTS))('%s', (_name, draw) =>
      holdsOnOddShapes(
        fc.tuple(oddTensors(MOST), dice),
        ([shape]) => shape,
        async ([shape, drawn]) => {
          const movement = draw(shape, drawn)
          await expectMovement(movement, tolerance)
          await expectMovementOf('int32', movement)
          await expectMovementOf('bool', movement)
        },
      ),
    )
  })
}
