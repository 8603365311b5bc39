import { type Grid, gridOf, indexAt, positionAt, zeroGrid } from './grid'

/** Which number of which part comes to a position of the result; `null` where it is filled in. */
export type Origin = (position: readonly number[]) => readonly [part: number, position: readonly number[]] | null

/** Numbers moved, not computed: each number of the result is one of a part, or the filler. */
export function referenceMovement(parts: readonly Grid[], shape: readonly number[], origin: Origin, filler: number): Grid {
  return gridOf(shape, (position) => {
    const from = origin(position)
    if (!from) return filler
    const part = parts[from[0]]!
    return part.data[indexAt(part.shape, from[1])]!
  })
}

/** Its gradients: dy goes back to where the numbers came from, and adds up where one came to several places. */
export function referenceMovementGrad(dy: Grid, partShapes: readonly (readonly number[])[], origin: Origin): Grid[] {
  const grads = partShapes.map((shape) => zeroGrid(shape))
  for (const [i, value] of dy.data.entries()) {
    const from = origin(positionAt(dy.shape, i))
    if (from) grads[from[0]]!.data[indexAt(grads[from[0]]!.shape, from[1])]! += value
  }
  return grads
}
