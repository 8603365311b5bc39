import type { RandomStream } from '@dualseg/kernels/random'
import type { Initialisation, Network, NetworkOutput } from '@dualseg/models'
import type { Tensor2D, Tensor5D } from '@tensorflow/tfjs-core'

/** What each kind of network returns. */
export interface NetworkOutputs {
  /** [batch, x, y, z, classes] before softmax, and the 16-channel (at full size) map in front of the last dropout and head. */
  vnet: { logits: Tensor5D; features: Tensor5D }
  resnet34: { logits: Tensor5D; features: Tensor5D }
  /** Signed distance maps in (-1, 1) and foreground logits, each [batch, x, y, z, classes - 1]. */
  'vnet-two-head': { sdm: Tensor5D; logit: Tensor5D }
  /** Scores from the finest map, and from those at 1/2, 1/4 and 1/8 at full size. */
  'vnet-pyramid': { logits: Tensor5D; coarser: Tensor5D[] }
  /** Scores of the whole batch; of its unlabelled half also from weakly and from strongly perturbed maps, in training. */
  'vnet-perturbed': { logits: Tensor5D; perturbed: Tensor5D[] }
  /** The logits of each decoder. */
  mcnet: { decoders: Tensor5D[] }
  /** [batch, 2] logits. */
  discriminator: { logits: Tensor2D }
  /** The features, or scores of features, that a head made of others. */
  'feature-heads': { rows: Tensor5D }
  custom: NetworkOutput
}

export type NetworkKind = keyof NetworkOutputs

/** How one network is trained. The rate of SGD comes from the run's schedule, Adam's is its own and constant. */
export type Optimiser =
  | { readonly kind: 'sgd'; readonly momentum: number; readonly weightDecay: number }
  | {
      readonly kind: 'adam'
      readonly learningRate: number
      readonly beta1: number
      readonly beta2: number
      readonly epsilon: number
    }

/** SGD as all the compared methods use it for their segmentation networks. */
export const SGD: Optimiser = { kind: 'sgd', momentum: 0.9, weightDecay: 1e-4 }

/** What a network is built from; decided by profile and protocol, but for starting values that a method has of its own. */
export interface NetworkSettings {
  readonly filters: number
  readonly classes: number
  /** Images of a case, the network's input channels. */
  readonly channels: number
  readonly dropout: number
  readonly initialise: Initialisation
  /** One stream of chance for each parameter, by its name. */
  readonly random: (parameter: string) => RandomStream
}

/** How a teacher moves. */
export interface Average {
  readonly of: string
  readonly decay: number
  /** false: by `decay` from the first step on. @default true */
  readonly warmUp?: false
  /** Steps in which it is a copy before the warm-up begins. @default 0 */
  readonly from?: number
  /** Steps that the warm-up counts as one. @default 1 */
  readonly every?: number
  /** true: its batch-norm statistics move likewise, beside those of its own passes. @default false */
  readonly statistics?: true
}

/** A network of a method, declared. */
export interface NetworkSpec<K extends NetworkKind = NetworkKind> {
  readonly kind: K
  /** Absent for a teacher: no gradient trains it. */
  readonly optimiser?: Optimiser
  /** A teacher: after each step its parameters move towards those of the network named. */
  readonly ema?: Average
  /** Decoders of an `mcnet`. */
  readonly decoders?: 2 | 3
  /** Starting values of its own, whatever the protocol says. */
  readonly initialise?: 'xavier'
  /** What a `discriminator` is shown beside the image: the signed distance map of every class but the background, or the probability of every class. @default 'distance' */
  readonly judges?: 'distance' | 'probs'
  /** Builds a network of one's own; `kind` is `custom` then. */
  readonly create?: (settings: NetworkSettings) => Network
}

export type NetworkSpecs = Readonly<Record<string, NetworkSpec>>

/** V-Net, trained by SGD. */
export const vnet = (own: Pick<NetworkSpec, 'initialise'> = {}): NetworkSpec<'vnet'> => ({ kind: 'vnet', optimiser: SGD, ...own })

/** 3-D ResNet-34 encoder-decoder, trained by SGD. */
export const resnet34 = (): NetworkSpec<'resnet34'> => ({ kind: 'resnet34', optimiser: SGD })

/** V-Net with a signed-distance and a logit head, trained by SGD. */
export const vnetTwoHead = (): NetworkSpec<'vnet-two-head'> => ({ kind: 'vnet-two-head', optimiser: SGD })

/** V-Net that scores the classes at four scales, trained by SGD. */
export const vnetPyramid = (): NetworkSpec<'vnet-pyramid'> => ({ kind: 'vnet-pyramid', optimiser: SGD })

/** V-Net whose decoder also sees perturbed maps, trained by SGD. */
export const vnetPerturbed = (): NetworkSpec<'vnet-perturbed'> => ({ kind: 'vnet-perturbed', optimiser: SGD })

/** V-Net encoder with two or three decoders, trained by SGD. */
export const mcnet = (decoders: 2 | 3): NetworkSpec<'mcnet'> => ({ kind: 'mcnet', optimiser: SGD, decoders })

/** The discriminator of SASSNet and DAN, trained by Adam at its own constant rate. */
export const discriminator = (
  adam: Omit<Extract<Optimiser, { kind: 'adam' }>, 'kind'>,
  own: Pick<NetworkSpec, 'judges'> = {},
): NetworkSpec<'discriminator'> => ({
  kind: 'discriminator',
  optimiser: { kind: 'adam', ...adam },
  ...own,
})

/** Heads over the features of single voxels, as SS-Net has them, trained by SGD. */
export const featureHeads = (): NetworkSpec<'feature-heads'> => ({ kind: 'feature-heads', optimiser: SGD })

/** A network with the architecture and the averaged parameters of another: `teacher = a teacher + (1 - a) student`, `a = min(1 - 1 / (it + 1), decay)`, or `a = decay` without `warmUp`. */
export const emaTeacher = <K extends 'vnet' | 'resnet34' | 'vnet-two-head' | 'vnet-pyramid' | 'mcnet'>(
  kind: K,
  ema: Average,
): NetworkSpec<K> => ({ kind, ema })

/** A network of one's own. */
export const customNetwork = (
  create: (settings: NetworkSettings) => Network,
  optimiser: Optimiser = SGD,
): NetworkSpec<'custom'> => ({
  kind: 'custom',
  optimiser,
  create,
})
