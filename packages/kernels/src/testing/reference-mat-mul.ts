import { type Grid, gridOf, indexAt } from './grid'

/** Matrices [batch, rows, columns] with rows and columns exchanged, or as they are. */
export function referenceTranspose({ shape, data }: Grid, isTransposed: boolean): Grid {
  if (!isTransposed) return { shape, data }
  const [batch, rows, columns] = shape as [number, number, number]
  return gridOf([batch, columns, rows], ([b, row, column]) => data[indexAt(shape, [b!, column!, row!])]!)
}

/** Products [batch, m, k] x [batch, k, n]. */
export function referenceMatMul(a: Grid, b: Grid): Grid {
  const [batch, m, k] = a.shape as [number, number, number]
  const n = b.shape[2]!
  return gridOf([batch, m, n], ([sample, row, column]) => {
    let sum = 0
    for (let i = 0; i < k; i++)
      sum += a.data[indexAt(a.shape, [sample!, row!, i])]! * b.data[indexAt(b.shape, [sample!, i, column!])]!
    return sum
  })
}
