import * as tf from '@tensorflow/tfjs-core'
import { dualsegError } from '../errors'
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

/** Puts each gathered slice's gradient back where it came from; an index gathered twice receives the sum. */
function scatterBack(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number): tf.Tensor {
  const outer = product(x.shape.slice(0, axis))
  const inner = product(x.shape.slice(axis + 1))
  const rows = x.shape[axis]!
  const lines = tf.transpose(tf.reshape(dy, [outer, indices.size, inner]), [1, 0, 2])
  const flatLines = tf.reshape(lines, [indices.size, outer * inner])
  const scattered = tf.scatterND(tf.reshape(indices, [-1, 1]), flatLines, [rows, outer * inner])
  return tf.reshape(tf.transpose(tf.reshape(scattered, [rows, outer, inner]), [1, 0, 2]), x.shape)
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
      if (batchDims) throw dualsegError('DUALSEG_USAGE', `gradient of gather: batchDims is ${batchDims}, only 0 has a gradient`)
      return {
        x: () => scatterBack(dy as tf.Tensor, x, indices, axisOf(axis, x.rank)),
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
