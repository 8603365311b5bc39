import type { TensorInfo } from '@tensorflow/tfjs-core'
import * as aten from '../operators'
import { sizeOf } from '../shapes'
import { subtract } from './binary'
import type { KernelTable, TorchKernel } from './kernel'

// Not PyTorch's nll_loss: on CUDA its sum has no fixed order.

const crossEntropy: TorchKernel = ({ inputs, backend }) => {
  const { logits, labels } = inputs as { logits: TensorInfo; labels: TensorInfo }
  const { library, tensors } = backend
  const classes = logits.shape.at(-1)!
  const rows = sizeOf(labels.shape)
  const logProbs = aten.LOG_SOFTMAX(library, backend.view(logits, { sizes: [rows, classes] }), 1, false)
  const places = tensors.converted(backend.view(labels, { sizes: [rows, 1] }), 'int64')
  const picked = aten.GATHER(library, library.newHandle(logProbs), 1, places, false)
  const loss = aten.NEG(library, aten.MEAN(library, picked, [0, 1], false, null))
  return [backend.adopt(loss, []), backend.adopt(aten.EXP(library, logProbs), logits.shape)]
}

const crossEntropyGrad: TorchKernel = ({ inputs, backend }) => {
  const { dy, probs, labels } = inputs as { dy: TensorInfo; probs: TensorInfo; labels: TensorInfo }
  const { library, tensors } = backend
  const classes = probs.shape.at(-1)!
  const rows = sizeOf(labels.shape)
  const numbers = tensors.upload(
    Int32Array.from({ length: classes }, (_, i) => i),
    'int32',
  ).handle
  const isLabel = aten.EQ(library, backend.view(labels, { sizes: [rows, 1] }), numbers)
  const oneHot = tensors.converted(isLabel, 'float32')
  const difference = subtract(backend, backend.view(probs, { sizes: [rows, classes] }), oneHot, 1)
  const share = aten.DIV(library, backend.operand(dy), tensors.constant(rows))
  return backend.adopt(aten.MUL(library, difference, share), probs.shape)
}

export const CROSS_ENTROPY_KERNELS: KernelTable = {
  DualSegSoftmaxCrossEntropy: crossEntropy,
  DualSegSoftmaxCrossEntropyGrad: crossEntropyGrad,
}
