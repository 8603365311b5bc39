import { type Grid, zeroGrid } from './grid'

/** Softmax over the last axis and its logarithm. */
export function referenceSoftmax(x: Grid): { probs: Grid; logProbs: Grid } {
  const classes = x.shape.at(-1)!
  const [probs, logProbs] = [zeroGrid(x.shape), zeroGrid(x.shape)]
  for (let row = 0; row < x.data.length; row += classes) {
    const values = x.data.subarray(row, row + classes)
    const top = Math.max(...values)
    const logSum = top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0))
    for (const [c, value] of values.entries()) {
      logProbs.data[row + c] = value - logSum
      probs.data[row + c] = Math.exp(value - logSum)
    }
  }
  return { probs, logProbs }
}

/** Gradients of both for x. */
export function referenceSoftmaxGrad(dy: Grid, x: Grid): { throughProbs: Grid; throughLogProbs: Grid } {
  const classes = x.shape.at(-1)!
  const { probs } = referenceSoftmax(x)
  const [throughProbs, throughLogProbs] = [zeroGrid(x.shape), zeroGrid(x.shape)]
  for (let row = 0; row < x.data.length; row += classes)
    for (let c = row; c < row + classes; c++) {
      throughLogProbs.data[c]! += dy.data[c]!
      for (let d = row; d < row + classes; d++) {
        throughProbs.data[c]! += dy.data[d]! * probs.data[d]! * ((c === d ? 1 : 0) - probs.data[c]!)
        throughLogProbs.data[c]! -= dy.data[d]! * probs.data[c]!
      }
    }
  return { throughProbs, throughLogProbs }
}
