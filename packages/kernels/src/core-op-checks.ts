import { backend_util, type KernelBackend, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type KernelCall, listed } from './engine-kernel'
import { dualsegError } from './errors'
import { expectWhole, shapeText } from './validate'

type Check = (call: KernelCall<KernelBackend>) => void

function wrong(code: 'DUALSEG_SHAPE' | 'DUALSEG_VALUE', text: string): never {
  throw dualsegError(code, text)
}

/** A new axis among, before or behind the others. */
function expectNewAxis(where: string, { shape }: TensorInfo, axis: number): void {
  const rank = shape.length
  if (!Number.isInteger(axis) || axis < -rank - 1 || axis > rank)
    wrong('DUALSEG_VALUE', `${where}: axis is ${axis}, ${shapeText(shape)} takes a new one from ${-rank - 1} to ${rank}`)
}

const slice: Check = ({ inputs, attrs }) => {
  const x = inputs.x!
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]) as [number[], number[]]
  slice_util.assertParamsValid(x, begin, size)
  for (const [axis, at] of begin.entries()) {
    if (!Number.isInteger(at) || at < 0 || at > x.shape[axis]!)
      wrong('DUALSEG_VALUE', `slice: begins at ${at} on axis ${axis} of ${shapeText(x.shape)}, expected 0 to ${x.shape[axis]}`)
    expectWhole('slice', `size of axis ${axis}`, size[axis]!, 0)
  }
}

const pad: Check = ({ inputs, attrs }) => {
  const { shape } = inputs.x!
  const paddings = attrs.paddings as readonly (readonly number[])[]
  if (paddings.length !== shape.length || paddings.some((pair) => pair.length !== 2)) {
    const given = paddings.map(shapeText).join(',')
    wrong('DUALSEG_SHAPE', `pad: paddings [${given}] for ${shapeText(shape)}, expected [before, after] for each of its axes`)
  }
  for (const [axis, pair] of paddings.entries()) for (const width of pair) expectWhole('pad', `padding of axis ${axis}`, width, 0)
}

const concat: Check = ({ inputs, attrs }) => {
  const shapes = listed(inputs).map(({ shape }) => shape)
  backend_util.assertParamsConsistent(shapes, util.parseAxisParam(attrs.axis as number, shapes[0]!)[0]!)
}

const split: Check = ({ inputs, attrs }) => {
  const x = inputs.x!
  const given = attrs.numOrSizeSplits as number | number[]
  if (typeof given === 'number') return expectWhole('split', 'the number of parts', given, 1)
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!
  // A copy: TensorFlow.js writes what -1 stands for into the list.
  for (const width of backend_util.prepareSplitSize(x, given.slice(), axis)) expectWhole('split', 'the size of a part', width, 0)
}

const transpose: Check = ({ inputs, attrs }) => {
  const perm = attrs.perm as readonly number[]
  if (new Set(perm).size < inputs.x!.shape.length)
    wrong('DUALSEG_VALUE', `transpose: the order ${shapeText(perm)} names an axis twice, expected each axis once`)
}

const matMul: Check = ({ inputs, attrs }) => {
  const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
  for (const [name, { shape }] of Object.entries({ a, b })) {
    if (shape.length < 2)
      wrong('DUALSEG_SHAPE', `matMul: ${name} ${shapeText(shape)} is no matrix, expected [...,rows,columns]; reshape it`)
  }
  const columns = a.shape.at(attrs.transposeA ? -2 : -1)
  const rows = b.shape.at(attrs.transposeB ? -1 : -2)
  if (columns !== rows) {
    const texts = [shapeText(a.shape) + (attrs.transposeA ? ', transposed,' : ''), attrs.transposeB ? ', transposed,' : '']
    wrong('DUALSEG_SHAPE', `matMul: a ${texts[0]} has ${columns} columns, b ${shapeText(b.shape)}${texts[1]} has ${rows} rows`)
  }
}

/**
 * What tfjs-core hands to its kernels unchecked, by the kernels' names: arguments with which they would read or write outside a tensor. Shapes and
 * attributes only, no values.
 *
 * @throws DUALSEG_SHAPE, DUALSEG_VALUE, or in the words of tfjs-core where it has some
 */
export const CORE_OP_CHECKS: Readonly<Record<string, Check>> = {
  BatchMatMul: matMul,
  Concat: concat,
  ExpandDims: ({ inputs, attrs }) => expectNewAxis('expandDims', inputs.input!, attrs.dim as number),
  Pack: ({ inputs, attrs }) => expectNewAxis('stack', listed(inputs)[0]!, attrs.axis as number),
  PadV2: pad,
  Slice: slice,
  SplitV: split,
  Transpose: transpose,
}
