import type { TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { CONSTANTS } from '../tfjs-node'
import { asImages, normaliseBy } from './batch-norm'
import { attrsOf, FLOAT, type KernelTable, reshaped, run, shapeInput, textAttr, typeAttr, wholeAttr } from './ops'

interface ConvAttrs {
  readonly strides: number | number[]
  readonly pad: 'same' | 'valid'
  readonly dilations?: number | number[]
}

function triple(value: number | number[] = 1): number[] {
  const values = [value].flat()
  return values.length === 1 ? [values[0]!, values[0]!, values[0]!] : values
}

function opAttrs({ strides, pad, dilations }: ConvAttrs) {
  return [
    FLOAT,
    wholeAttr('strides', [1, ...triple(strides), 1]),
    textAttr('padding', pad.toUpperCase()),
    textAttr('data_format', 'NDHWC'),
    wholeAttr('dilations', [1, ...triple(dilations), 1]),
  ]
}

/**
 * Kernels that tfjs-node has, but not for every call that tfjs-core makes: dilated convolutions, which it refuses and TensorFlow computes; batch norm
 * of five axes; rounding of whole numbers, which newer TensorFlows answer with zeros. `null` leaves a call to the kernel that was there.
 */
export const CORE_REPAIRS: KernelTable = {
  Conv3D: (call) => {
    const { x, filter } = call.inputs as { x: TensorInfo; filter: TensorInfo }
    return run(call.backend, 'Conv3D', [x, filter], opAttrs(attrsOf<ConvAttrs>(call)))
  },

  Conv3DBackpropInputV2: (call) => {
    const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo }
    const { inputShape, ...windows } = attrsOf<ConvAttrs & { inputShape: number[] }>(call)
    const attrs = [...opAttrs(windows), typeAttr('Tshape', CONSTANTS.TF_INT32)]
    return run(call.backend, 'Conv3DBackpropInputV2', [shapeInput(inputShape), filter, dy], attrs)
  },

  Conv3DBackpropFilterV2: (call) => {
    const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo }
    const { filterShape, ...windows } = attrsOf<ConvAttrs & { filterShape: number[] }>(call)
    return run(call.backend, 'Conv3DBackpropFilterV2', [x, shapeInput(filterShape), dy], opAttrs(windows))
  },

  FusedBatchNorm: (call) => {
    const { inputs, backend } = call
    const { x, mean, variance, scale, offset } = inputs as Record<string, TensorInfo> & {
      scale?: TensorInfo
      offset?: TensorInfo
    }
    if (x!.shape.length !== 5 || mean!.shape.length !== 1) return null
    const { varianceEpsilon } = attrsOf<{ varianceEpsilon: number }>(call)
    const affine = { gamma: scale ?? tf.ones(mean!.shape), beta: offset ?? tf.zeros(mean!.shape) }
    const statistics = { mean: mean!, variance: variance! }
    return reshaped(backend, normaliseBy(backend, asImages(backend, x!), affine, statistics, varianceEpsilon), x!.shape)
  },

  Round: ({ inputs, backend }) =>
    inputs.x!.dtype === 'int32' ? run(backend, 'Identity', [inputs.x!], [typeAttr('T', CONSTANTS.TF_INT32)]) : null,
}
