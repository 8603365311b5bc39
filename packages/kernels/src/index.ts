import { registerCoreGradients } from './core-gradients'
import { expectOneCore } from './one-core'

expectOneCore('@dualseg/kernels')
// Losses and networks differentiate through ops of tfjs-core, which registers no gradients in Node.
registerCoreGradients()

export type { AdamOptions, AdamState } from './adam-step'
export { adamStep } from './adam-step'
export { addMaps3d } from './add-maps3d'
export type { BatchNormOptions, BatchNormResult } from './batch-norm3d'
export { batchNorm3d } from './batch-norm3d'
export { channelDropout3d } from './channel-dropout3d'
export type { ConvBatchNormOptions } from './conv-batch-norm3d'
export { convBatchNorm3d } from './conv-batch-norm3d'
export { convTranspose3d } from './conv-transpose3d'
export { conv3d } from './conv3d'
export type { ConvolutionOptions } from './convolution-inputs'
export { emaStep } from './ema-step'
export type { Engine, EngineOptions, EngineReport, Numerics } from './engine'
export type { DualsegError, ErrorCode } from './errors'
export { dualsegError } from './errors'
export { found } from './found'
export { leakyRelu } from './leaky-relu'
export { expectOneCore } from './one-core'
export { KERNELS_REVISION } from './revision'
export type { SgdMomentumOptions, SgdMomentumState } from './sgd-momentum-step'
export { sgdMomentumStep } from './sgd-momentum-step'
export { softmaxCrossEntropy } from './softmax-cross-entropy'
export { stopGradient } from './stop-gradient'
export { upsampleNearest3d } from './upsample-nearest3d'
export { upsampleTrilinear3d } from './upsample-trilinear3d'
export { expectFlag, expectOptions, expectTensor } from './validate'
export { registerCoreGradients }
