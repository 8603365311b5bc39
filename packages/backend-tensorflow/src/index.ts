export type { TensorflowEngineOptions } from './engine'
export { tensorflowEngine } from './engine'
export { BACKEND_NAME } from './load-backend'
export { NUMERICS_REVISION } from './numerics-revision'
