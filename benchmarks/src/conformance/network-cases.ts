import type { ImageFormula, LabelFormula, ParameterFormula } from './formula'

/** A number as the kit writes it. */
export type KitNumber = number | 'NaN' | 'Infinity' | '-Infinity'

/** Statistics and sampled values of one map. */
export interface MapSummary {
  shape: number[]
  mean: number
  std: number
  min: number
  max: number
  sum: number
  l2: number
  index: number[]
  value: number[]
  channelMean?: number[]
  channelStd?: number[]
}

/** Norm and sampled values of one tensor. */
export interface TensorSample {
  name: string
  l2: number
  rms?: number
  index: number[]
  value: number[]
  zero?: boolean
}

/** How far PyTorch's float32 lands from its float64. */
export interface NetworkDeviation {
  evalMaxAbs: Record<string, number>
  trainMaxAbs: Record<string, number>
  loss: number
  gradRelL2Max: number
  gradNormRelMax: number
  gradEntryMaxOverRms: number
  zeroGradMaxAbs?: number
  runningStatsMaxAbs?: number
}

/** One network of networks.json. */
export interface NetworkCase {
  name: string
  kind: string
  batch: number
  spatial: [number, number, number]
  seed: number
  gain: number
  parameterCount: number
  tensors: [name: string, torchShape: number[], role: string][]
  inputCheck: { imageSum: number; imageFirst: number[]; labelSum: number; mapSum?: number }
  parameterCheck: { k: number; first: number[]; sum: number }[]
  eval: Record<string, MapSummary>
  train: {
    outputs: Record<string, MapSummary>
    loss: number
    gradients: TensorSample[]
    inputGradients: TensorSample[]
    runningStats?: TensorSample[]
  }
  float32Deviation: NetworkDeviation
}

/** networks.json. */
export interface NetworksKit {
  formula: {
    parameters: ParameterFormula
    image: ImageFormula
    label: LabelFormula
  }
  networks: NetworkCase[]
}
