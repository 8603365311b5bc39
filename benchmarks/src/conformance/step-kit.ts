import type { ImageFormula, LabelFormula, ParameterFormula } from './formula'

/** A parameter tensor after a step: torch layout, flat indices. */
export interface StepParameter {
  name: string
  index: number[]
  l2: number
  value: number[]
  deltaL2: number
  deltaRms: number
  delta: number[]
  /** Absent for teachers. */
  gradL2?: number
  gradRms?: number
  grad?: number[]
}

export interface StepNetwork {
  allL2: number
  allDeltaL2: number
  allGradL2?: number
  parameters: StepParameter[]
  runningStats: { name: string; l2: number; index: number[]; value: number[] }[]
}

export interface StepRun {
  method: string
  variant: string
  startIteration: number
  learningRates: number[]
  /** Of the second step, where the script changes them. */
  learningRatesStep2?: number[]
  seeds: Record<string, number>
  noise: 'zero' | 'formula' | 'rand' | null
  noiseCalls: number
  /** Steps of the whole training, where something depends on them. */
  maxIterations?: number
  /** @default 2 */
  classes?: number
  /** Samples of the batch, half of them labelled, where they are not the file's. */
  samples?: number
  /** Numbers given in place of random ones. */
  draws?: Record<string, unknown>
  inputCheck: { labelSum: number; imageSum: number }
  steps: { losses: Record<string, number | string>; nets: Record<string, StepNetwork> }[]
  float32Deviation: Record<string, unknown>
  /** Of the first step alone. */
  float32DeviationStep1?: Record<string, unknown>
}

export interface OptimiserTable {
  name: string
  options: {
    type: string
    lr: number | number[]
    momentum?: number
    weightDecay?: number
    beta1?: number
    beta2?: number
    eps?: number
  }
  initial: number[]
  gradients: number[][]
  parametersAfterStep: number[][]
}

export interface StepKit {
  batch: { samples: number; labelled: number; spatial: [number, number, number]; image: ImageFormula; label: LabelFormula }
  parameters: Omit<ParameterFormula, 'seed'>
  noiseFormula: Omit<ParameterFormula, 'gain'>
  optimizers?: OptimiserTable[]
  /** Tensors of networks that networks.json does not have: name, torch shape, role. */
  networks?: Record<string, [name: string, torchShape: number[], role: string][]>
  runs: StepRun[]
}
