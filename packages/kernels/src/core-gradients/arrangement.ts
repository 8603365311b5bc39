import * as tf from '@tensorflow/tfjs-core'
import { padZeros } from '../pad-zeros'
import { fromAttrs, fromInput } from './rules'

function axisOf(axis: tf.Attribute | undefined, rank: number): number {
  const given = axis as number
  return given < 0 ? given + rank : given
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1)
}

/** The part [start, start + length) along one axis. */
function along(x: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0))
  const size = x.shape.map((all, i) => (i === axis ? length : all))
  return tf.slice(x, begin, size)
}

/** Adds up the copies that a tile has made, one axis at a time. */
function sumTiles(dy: tf.Tensor, shape: number[]): tf.Tensor {
  if (dy.size === 0) return tf.zeros(shape)
  let summed = dy
  const sizes = dy.shape.slice()
  for (const [axis, size] of shape.entries()) {
    const copies = sizes[axis]! / size
    if (copies > 1)
      summed = tf.sum(tf.reshape(summed, [product(sizes.slice(0, axis)), copies, size * product(sizes.slice(axis + 1))]), 1)
    sizes[axis] = size
  }
  return tf.reshape(summed, shape)
}

/** The rows that a batch's indices name, where the batch's tensors lie one under the other. */
function rowsOf(indices: tf.Tensor, batch: number, wanted: number, rows: number): tf.Tensor2D {
  if (batch === 1) return tf.reshape(indices, [wanted, 1])
  const first = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(rows, 'int32'))
  return tf.reshape(tf.add(tf.reshape(indices, [batch, wanted]), tf.reshape(first, [batch, 1])), [batch * wanted, 1])
}

/**
 * Puts each gathered slice's gradient back where it came from; an index gathered twice receives the sum. The first `batchDims` axes of x and of the
 * indices go together: each of their positions has rows of its own.
 */
function scatterBack(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const batch = product(x.shape.slice(0, batchDims))
  const outer = product(x.shape.slice(batchDims, axis))
  const inner = product(x.shape.slice(axis + 1))
  const rows = x.shape[axis]!
  const wanted = product(indices.shape.slice(batchDims))
  const lines = tf.transpose(tf.reshape(dy, [batch, outer, wanted, inner]), [0, 2, 1, 3])
  const flatLines = tf.reshape(lines, [indices.size, outer * inner])
  const scattered = tf.scatterND(rowsOf(indices, batch, wanted, rows), flatLines, [batch * rows, outer * inner])
  return tf.reshape(tf.transpose(tf.reshape(scattered, [batch, rows, outer, inner]), [0, 2, 1, 3]), x.shape)
}

/** Gradients of the ops that move numbers about without changing them. */
export const ARRANGEMENT: readonly tf.GradConfig[] = [
  fromInput('Reshape', (dy, x) => tf.reshape(dy, x.shape)),
  fromInput('ExpandDims', (dy, x) => tf.reshape(dy, x.shape), 'input'),
  fromAttrs('Transpose', (dy, { perm }) => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[]))),
  fromAttrs('Reverse', (dy, { dims }) => tf.reverse(dy, dims as number | number[])),
  fromInput('Slice', (dy, x, attrs) => {
    const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]) as [
      number[],
      number[],
    ]
    return padZeros(
      dy,
      x.shape.map((all, axis) => [begin[axis]!, all - begin[axis]! - size[axis]!]),
    )
  }),
  fromInput('PadV2', (dy, x, { paddings }) =>
    tf.slice(
      dy,
      (paddings as [number, number][]).map(([before]) => before),
      x.shape,
    ),
  ),
  fromInput('Tile', (dy, x) => sumTiles(dy, x.shape)),
  fromInput('BroadcastTo', (dy, x) => sumTiles(dy, x.shape)),
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dyOrList, saved, attrs) => {
      const dy = dyOrList as tf.Tensor
      const axis = axisOf(attrs.axis, dy.rank)
      let end = 0
      return Object.fromEntries(
        saved.map(({ shape }, i) => {
          const start = end
          end += shape[axis]!
          return [i, () => along(dy, axis, start, shape[axis]!)]
        }),
      )
    },
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dyOrList, saved, attrs) => {
      const dy = dyOrList as tf.Tensor
      const axis = axisOf(attrs.axis, dy.rank)
      return Object.fromEntries(saved.map(({ shape }, i) => [i, () => tf.reshape(along(dy, axis, i, 1), shape)]))
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dys, _saved, { axis }) => ({ value: () => tf.stack(listed(dys), axis as number) }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dys, _saved, { axis }) => ({ x: () => joined(listed(dys), axis as number) }),
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, { axis, batchDims }) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor]
      return {
        x: () => scatterBack(dy as tf.Tensor, x, indices, axisOf(axis, x.rank), (batchDims as number | undefined) ?? 0),
        indices: () => tf.zeros(indices.shape),
      }
    },
  },
  {
    kernelName: 'GatherNd',
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor]
      return {
        params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape),
        indices: () => tf.zeros(indices.shape),
      }
    },
  },
]

/** tfjs hands over a lone output's gradient without a list. */
function listed(dys: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
  return Array.isArray(dys) ? dys : [dys]
}

/** A concat of one returns a clone made by tfjs; never dy itself. */
function joined(parts: tf.Tensor[], axis: number): tf.Tensor {
  return tf.concat(parts, axis)
}
