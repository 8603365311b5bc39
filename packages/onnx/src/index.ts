export { type OnnxModelOptions, onnxModel } from './onnx-model'
export type { Forward } from './record-graph'
export { OPERATOR_SET } from './write-model'
