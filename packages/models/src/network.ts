import type { RandomStream } from '@dualseg/kernels/random'
import type * as tf from '@tensorflow/tfjs-core'

/** A spatial size `[x, y, z]` in voxels. */
export type PatchSize = readonly [number, number, number]

/**
 * Where dropout draws from. The caller binds seed and iteration; a network asks once for each dropout place (`purpose`)
 * and each `sample` of the batch, so that a mask depends on nothing else: not on batch order, not on other networks.
 */
export type DropoutRandom = (purpose: string, sample: number) => RandomStream

/** What {@link Network.forward} is asked for. */
export interface ForwardOptions {
  /** Batch statistics and dropout (true) or running statistics and none (false). */
  training: boolean
  /** Needed in training when the network has dropout. */
  random?: DropoutRandom
  /**
   * Whether the running statistics of batch norm move towards this batch's.
   *
   * @default the value of `training`
   */
  updateStatistics?: boolean
  /**
   * Of `vnetPerturbed`, in training: how many of the last samples are decoded from perturbed maps too.
   *
   * @default half of the batch
   */
  perturbed?: number
}

/** What kind of tensor a parameter is; initialisation and layout follow from it. */
export type ParameterKind = 'convWeight' | 'upWeight' | 'linWeight' | 'bias' | 'bnGamma' | 'bnBeta'

/** What kind of running statistic a buffer is. */
export type BufferKind = 'bnMean' | 'bnVar'

/** A trainable tensor. */
export interface NamedParameter {
  /** As in the PyTorch state dict. */
  readonly name: string
  /** In the engine's layout, see {@link toEngineLayout}. */
  readonly variable: tf.Variable
  /** As in the PyTorch state dict. */
  readonly torchShape: readonly number[]
  readonly kind: ParameterKind
}

/** A tensor that belongs to the state but is not trained: a running mean or variance. */
export interface NamedBuffer {
  readonly name: string
  readonly variable: tf.Variable
  readonly torchShape: readonly number[]
  readonly kind: BufferKind
}

/** A parameter or a buffer. */
export type NetworkTensor = NamedParameter | NamedBuffer

/** One float tensor of a state dict, in PyTorch's layout, row-major. */
export interface FloatState {
  readonly shape: number[]
  readonly data: Float32Array
}

/** One batch counter of a state dict: a PyTorch int64 scalar. */
export interface CounterState {
  readonly shape: number[]
  readonly data: BigInt64Array
}

/** A state dict without batch counters: parameters and buffers in PyTorch's order. */
export type StateDict = Map<string, FloatState>

/** A state dict with PyTorch's `num_batches_tracked` entries. */
export type FullStateDict = Map<string, FloatState | CounterState>

/** What {@link NetworkBase.loadStateDict} checks. */
export interface LoadOptions {
  /**
   * Refuse missing and unknown names. Shapes are always checked.
   *
   * @default true
   */
  strict?: boolean
}

/** What every network has, whatever it takes and returns. */
export interface NetworkBase<Kind extends string, Options> {
  readonly kind: Kind
  /** The options with their defaults filled in. */
  readonly options: Options
  /** Trainable tensors in PyTorch's order. */
  readonly parameters: readonly NamedParameter[]
  /** Running statistics in PyTorch's order. */
  readonly buffers: readonly NamedBuffer[]
  /** Parameters and buffers, interleaved as in a PyTorch state dict (batch counters left out). */
  readonly tensors: readonly NetworkTensor[]
  /** Number of trainable values. */
  readonly parameterCount: number
  /** Copies of all parameters and buffers, under PyTorch's names, in its order and layout. */
  stateDict(): Promise<StateDict>
  /** The same, with `batchCounters` also every `num_batches_tracked`, as a PyTorch module has them. */
  stateDict(options: { batchCounters: true }): Promise<FullStateDict>
  /**
   * Takes over a state dict; counters may be missing. All or nothing: on an error the network is as before.
   *
   * @throws DUALSEG_VALUE for missing or unknown names or a wrong number type, DUALSEG_SHAPE for a wrong shape
   */
  loadStateDict(state: ReadonlyMap<string, FloatState | CounterState>, options?: LoadOptions): void
  /** Multiply-accumulates of the convolutions in one forward pass of one patch; a training step costs about three times that. */
  macs(patch: PatchSize): number
  /** Frees all variables. The network cannot be used afterwards. */
  dispose(): void
}

/** Everything a segmentation network may return; each kind fills its own fields. Maps are `[batch, x, y, z, channels]`. */
export interface NetworkOutput {
  /** Class scores before softmax. */
  logits?: tf.Tensor5D
  /** The last map before its dropout and the 1x1x1 head, `filters` channels. */
  features?: tf.Tensor5D
  /** Signed distance maps after tanh, a channel each foreground class, -1..1. */
  sdm?: tf.Tensor5D
  /** Foreground scores before the sigmoid, a channel each foreground class. */
  logit?: tf.Tensor5D
  /** Class scores of each decoder before softmax. */
  decoders?: tf.Tensor5D[]
  /** Class scores of coarser maps before softmax, interpolated to full size, the finest first. */
  coarser?: tf.Tensor5D[]
  /** Class scores of the second half of a batch before softmax, from a weak and a strong perturbation of its maps; in training alone. */
  perturbed?: tf.Tensor5D[]
}

/** The networks that turn a volume into maps of its size. */
export type SegmentationKind = 'vnet' | 'resnet34' | 'vnet-two-head' | 'vnet-pyramid' | 'vnet-perturbed' | 'mcnet'

/** A network from a volume to maps of the same size. */
export interface Network<Output extends NetworkOutput = NetworkOutput, Options = NetworkOptions>
  extends NetworkBase<SegmentationKind, Options> {
  /**
   * @param x `[batch, x, y, z, channels]`, float32, every axis divisible by 16
   * @returns the caller's tensors; everything in between is freed
   * @throws DUALSEG_SHAPE for a wrong shape, DUALSEG_USAGE if training without a random source for dropout
   */
  forward(x: tf.Tensor, options: ForwardOptions): Output
}

/** Starting values: Kaiming normal weights (MCF, LUSEG, DualNet), Xavier normal ones (the second network of CPS) or PyTorch's own defaults (UA-MT, SASSNet, DTC, MC-Net). */
export type Initialisation = 'kaiming' | 'xavier' | 'default'

/** What every network is made from. */
export interface CreateOptions {
  /** A stream for each tensor name; starting values are drawn in PyTorch's layout. */
  random: (name: string) => RandomStream
  /** @default 'kaiming', for the discriminator 'default' */
  initialise?: Initialisation
  /**
   * Channels of the first stage; deeper stages have 2, 4, 8 and 16 times as many.
   *
   * @default 16, for the discriminator 64
   */
  filters?: number
  /**
   * Probability with which a channel is dropped in training, 0 to below 1.
   *
   * @default 0.5
   */
  dropout?: number
}

/** The options of a network after defaults. */
export interface NetworkOptions {
  readonly initialise: Initialisation
  readonly filters: number
  readonly dropout: number
  /** Channels of the input volume. */
  readonly channels: number
}
