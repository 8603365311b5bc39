import { type Grid, zeroGrid } from './grid'

/** Mean cross entropy of a softmax and its gradient for the logits. */
export function referenceCrossEntropy(logits: Grid, labels: Int32Array): { loss: number; dlogits: Grid } {
  const classes = logits.shape[logits.shape.length - 1]!
  const voxels = labels.length
  const dlogits = zeroGrid(logits.shape)
  let loss = 0
  for (let v = 0; v < voxels; v++) {
    const row = logits.data.subarray(v * classes, (v + 1) * classes)
    const top = Math.max(...row)
    const sum = row.reduce((all, value) => all + Math.exp(value - top), 0)
    for (let c = 0; c < classes; c++) {
      const prob = Math.exp(row[c]! - top) / sum
      dlogits.data[v * classes + c] = (prob - (labels[v] === c ? 1 : 0)) / voxels
    }
    loss += (top + Math.log(sum) - row[labels[v]!]!) / voxels
  }
  return { loss, dlogits }
}
