import type { TensorInfo } from '@tensorflow/tfjs-core'
import { CONSTANTS, type NodeBackend, type TensorMetadata } from './tfjs-node'

/** By the map that was normalised: what came out behind the ReLU, under a handle that TensorFlow.js does not count. */
const OUTPUTS = new WeakMap<object, TensorInfo>()
const IDENTITY = [{ name: 'T', type: CONSTANTS.TF_ATTR_TYPE, value: CONSTANTS.TF_FLOAT }]

/** Keeps y, which the gradient asks for what the ReLU let through, until z is gone. The next layer has saved y anyway, nearly as long. */
export function keepOutput(backend: NodeBackend, z: TensorInfo, y: TensorInfo): void {
  const [alias] = backend.binding.executeOp('Identity', IDENTITY, backend.getInputTensorIds([y]), 1) as [TensorMetadata]
  const dataId = {}
  backend.tensorMap.set(dataId, { ...alias, values: null, refCount: 1 })
  OUTPUTS.set(z.dataId, { dataId, shape: alias.shape, dtype: 'float32' })
}

export function keptOutput(z: TensorInfo): TensorInfo | undefined {
  return OUTPUTS.get(z.dataId)
}

/** Has the backend let go of an output with its map. */
export function releaseOutputsOf(backend: NodeBackend): void {
  const dispose = backend.disposeData.bind(backend)
  backend.disposeData = (dataId, force) => {
    const isGone = dispose(dataId, force)
    const output = isGone ? OUTPUTS.get(dataId) : undefined
    if (output) {
      OUTPUTS.delete(dataId)
      dispose(output.dataId)
    }
    return isGone
  }
}
