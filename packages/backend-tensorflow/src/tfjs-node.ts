import type { backend_util, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'

// The parts of @tensorflow/tfjs-node(-gpu) that are used here. Its own declarations would need the union package's.

/** An attribute of a TensorFlow op. */
export interface OpAttr {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** An output of an op: the native tensor's number, shape, and TensorFlow's number of its type. */
export interface TensorMetadata {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

/** TensorFlow's numbers of types and of kinds of attributes. */
export const CONSTANTS = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
  TF_ATTR_RESOURCE: -1,
} as const

/** What the kernels of tfjs-node call. Its compiled addon is one; `openBinding` makes another. */
export type Binding = typeof CONSTANTS & {
  readonly TF_Version: string
  createTensor(shape: readonly number[], dtype: number, values: backend_util.BackendValues): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[]
  executeOp(name: string, attrs: readonly OpAttr[], inputs: readonly number[], outputs: number): TensorMetadata[]
  getNumOfTensors(): number
  isUsingGpuDevice(): boolean
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMetadata[]
  getNumOfSavedModels(): number
}

/** The backend that all kernels of tfjs-node run on. */
export interface NodeBackend extends KernelBackend {
  readonly binding: Binding
  readonly isUsingGpuDevice: boolean
  /** The native tensors behind TensorFlow.js's. */
  readonly tensorMap: { set(dataId: object, data: TensorMetadata & { values: null; refCount: number }): void }
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  executeSingleOutput(name: string, attrs: readonly OpAttr[], inputs: readonly TensorInfo[]): Tensor
  executeMultipleOutputs(name: string, attrs: readonly OpAttr[], inputs: readonly TensorInfo[], outputs: number): Tensor[]
}
