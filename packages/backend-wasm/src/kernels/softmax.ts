import type { TensorInfo } from '@tensorflow/tfjs-core'
import { isFloat, type KernelTable, sizeOf, type WasmKernel } from './kernel'

/** Rows of one task. */
const BLOCK = 2048

function softmax(isLogarithm: boolean, axisName: string): WasmKernel {
  return ({ inputs, attrs, backend }) => {
    const logits = inputs.logits!
    const axis = attrs[axisName] as number
    const last = logits.shape.length - 1
    if (!isFloat(logits) || (axis !== -1 && axis !== last)) return null
    const length = logits.shape[last]!
    const rows = sizeOf(logits.shape) / length
    if (!(rows > 0)) return null
    const y = backend.allocate(logits.shape)
    const args = [backend.address(logits), backend.address(y), rows, length, isLogarithm ? 1 : 0]
    backend.run('softmaxRows', args, Math.ceil(rows / BLOCK))
    return y
  }
}

const crossEntropy: WasmKernel = ({ inputs, backend }) => {
  const { logits, labels } = inputs as { logits: TensorInfo; labels: TensorInfo }
  const classes = logits.shape[logits.shape.length - 1]!
  const rows = sizeOf(labels.shape)
  const tasks = Math.ceil(rows / BLOCK)
  const { heap } = backend.runtime
  const probs = backend.allocate(logits.shape)
  const loss = backend.allocate([])
  const [from, own, to] = [backend.address(logits), backend.address(labels), backend.address(probs)]
  const partials = heap.allocate(tasks * 8, 'partial losses')
  backend.run('softmaxCrossEntropy', [from, own, to, partials, rows, classes], tasks)
  let sum = 0
  for (const partial of heap.float64(partials, tasks)) sum += partial
  heap.float32(backend.address(loss), 1)[0] = sum / rows
  heap.release(partials)
  return [loss, probs]
}

const crossEntropyGrad: WasmKernel = ({ inputs, backend }) => {
  const { dy, probs, labels } = inputs as { dy: TensorInfo; probs: TensorInfo; labels: TensorInfo }
  const classes = probs.shape[probs.shape.length - 1]!
  const rows = sizeOf(labels.shape)
  const dlogits = backend.allocate(probs.shape)
  const addresses = [probs, labels, dy, dlogits].map((tensor) => backend.address(tensor))
  backend.run('softmaxCrossEntropyGrad', [...addresses, rows, classes, 1 / rows], Math.ceil(rows / BLOCK))
  return dlogits
}

export const SOFTMAX_KERNELS: KernelTable = {
  Softmax: softmax(false, 'dim'),
  LogSoftmax: softmax(true, 'axis'),
  DualSegSoftmaxCrossEntropy: crossEntropy,
  DualSegSoftmaxCrossEntropyGrad: crossEntropyGrad,
}
