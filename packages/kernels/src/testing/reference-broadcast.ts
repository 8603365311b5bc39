import { type Grid, gridOf, indexAt, positionAt, zeroGrid } from './grid'

/** Which number of a grid of `shape` stands at a position of the shape that it is spread over: axes of one are repeated, missing ones lead. */
function spreadIndex(shape: readonly number[], position: readonly number[]): number {
  const own = position.slice(position.length - shape.length)
  return indexAt(
    shape,
    own.map((at, axis) => (shape[axis] === 1 ? 0 : at)),
  )
}

/** f of every number of a and the one of b that meets it, spread over `shape`. */
export function referencePairs(a: Grid, b: Grid, shape: readonly number[], f: (a: number, b: number) => number): Grid {
  return gridOf(shape, (position) => f(a.data[spreadIndex(a.shape, position)]!, b.data[spreadIndex(b.shape, position)]!))
}

/** Sum of dy over the axes along which a grid of `shape` was spread: the gradient of spreading. */
export function referenceUnspread(dy: Grid, shape: readonly number[]): Grid {
  const sum = zeroGrid(shape)
  for (const [i, value] of dy.data.entries()) sum.data[spreadIndex(shape, positionAt(dy.shape, i))]! += value
  return sum
}
