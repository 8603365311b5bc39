export { type RandomStream, random } from '@dualseg/kernels/random'
export { type Discriminator, type DiscriminatorOptions, discriminator, type ResolvedDiscriminatorOptions } from './discriminator'
export { type FeatureHead, type FeatureHeads, type FeatureHeadsOptions, featureHeads } from './feature-heads'
export { type McnetOptions, type McnetOutput, mcnet, type ResolvedMcnetOptions } from './mcnet'
export type {
  BufferKind,
  CounterState,
  CreateOptions,
  DropoutRandom,
  FloatState,
  ForwardOptions,
  FullStateDict,
  Initialisation,
  LoadOptions,
  NamedBuffer,
  NamedParameter,
  Network,
  NetworkBase,
  NetworkOptions,
  NetworkOutput,
  NetworkTensor,
  ParameterKind,
  PatchSize,
  SegmentationKind,
  StateDict,
} from './network'
export { readSafetensors, readSafetensorsMetadata } from './read-safetensors'
export { resnet34 } from './resnet34'
export type { SafetensorsArray, SafetensorsEntry } from './safetensors-types'
export { engineShape, toEngineLayout, toTorchLayout } from './tensor-layout'
export {
  type ClassifierOptions,
  type LogitsOutput,
  type Normalisation,
  type NormalisedOptions,
  type ResolvedClassifierOptions,
  vnet,
} from './vnet'
export { type PerturbedOutput, vnetPerturbed } from './vnet-perturbed'
export { type PyramidOutput, vnetPyramid } from './vnet-pyramid'
export { type TwoHeadOutput, vnetTwoHead } from './vnet-two-head'
export { halveWeights, loadWeights, saveWeights } from './weights-file'
export { type WriteSafetensorsOptions, writeSafetensors } from './write-safetensors'
