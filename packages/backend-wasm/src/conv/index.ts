export {
  type ConvPlanOptions,
  type OutputPlanOptions,
  planForward,
  planGradFilter,
  planGradInput,
  planInference,
} from './conv-plan'
export { type ConvGeometry, type ConvShapes, convGeometry, type Size3, transposedGeometry } from './geometry'
export type { WinogradTile } from './winograd-plan'
