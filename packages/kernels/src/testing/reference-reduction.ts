import { type Grid, indexAt, positionAt, zeroGrid } from './grid'

/** For each number of the result, the numbers of x that are reduced to it, as indices in row-major order. */
function groups(shape: readonly number[], axes: readonly number[]): number[][] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const result: number[][] = Array.from({ length: zeroGrid(kept).data.length }, () => [])
  for (let i = 0; i < zeroGrid(shape).data.length; i++) {
    const position = positionAt(shape, i).map((at, axis) => (axes.includes(axis) ? 0 : at))
    result[indexAt(kept, position)]!.push(i)
  }
  return result
}

export function reducedShape(shape: readonly number[], axes: readonly number[], keepsAxes: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepsAxes ? [1] : []) : [size]))
}

/** `f` of the numbers along the axes, for every position of the others. */
export function referenceReduction(
  x: Grid,
  axes: readonly number[],
  keepsAxes: boolean,
  f: (values: readonly number[]) => number,
): Grid {
  const data = Float64Array.from(groups(x.shape, axes), (group) => f(group.map((i) => x.data[i]!)))
  return { shape: reducedShape(x.shape, axes, keepsAxes), data }
}

/** Its gradient, where `slopes` are those of f for every number that it reads. */
export function referenceReductionGrad(
  dy: Grid,
  x: Grid,
  axes: readonly number[],
  slopes: (values: readonly number[]) => readonly number[],
): Grid {
  const dx = zeroGrid(x.shape)
  for (const [k, group] of groups(x.shape, axes).entries()) {
    const slope = slopes(group.map((i) => x.data[i]!))
    for (const [j, i] of group.entries()) dx.data[i] = slope[j]! * dy.data[k]!
  }
  return dx
}
