import type { RandomStream } from '@dualseg/kernels/random'
import type { FeatureHead } from '@dualseg/models'
import type { Scalar, Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core'
import type { LearningRate } from './learning-rate-schedule'
import type { NetworkOutputs, NetworkSpec, NetworkSpecs } from './networks-of-a-method'

/** Which half of a batch a gradient comes from. */
export type Half = 'labelled' | 'unlabelled'

/** One named part of a method's loss: its raw value, the weight that it enters the loss with, the networks that it trains. */
export interface Term<N extends string = string> {
  /** The raw value. A plain number can only be noted. */
  readonly value: Scalar | number
  readonly weight: number
  /** Empty: the value is noted in the log and optimises nothing; it may be NaN then (logged as null). */
  readonly trains: readonly N[]
}

export type Terms<N extends string = string> = Readonly<Record<string, Term<N>>>

/** A term that is optimised. */
export function term<const N extends string>(value: Scalar, options: { weight?: number; trains: readonly N[] }): Term<N> {
  return { value, weight: options.weight ?? 1, trains: options.trains }
}

/** A value that is written to the log and trains nothing. */
export function noted(value: Scalar | number): Term<never> {
  return { value, weight: 0, trains: [] }
}

export interface ForwardOptions {
  /** Batch statistics and dropout. @default true */
  readonly training?: boolean
  /** false: running statistics stay as they are in training too. @default true */
  readonly statistics?: boolean
  /** false: nothing behind this pass gets a gradient. Always so for teachers. @default true */
  readonly gradient?: boolean
  /** Which samples of the batch are passed; needed by the audit when it is not the whole batch. @default 'all' */
  readonly samples?: Passed
}

/**
 * Samples of a batch: `all` of them, which may end in fewer than the unlabelled ones if those were mixed; one half; or volumes pasted together of both halves, 1
 * in every voxel that was of a labelled one.
 */
export type Passed = 'all' | Half | { readonly labelledWhere: Tensor4D }

/**
 * A network as a step sees it: a function. `context` is the second input of a discriminator (the image), `head` the one of `feature-heads` that is asked,
 * `perturbed` a count of samples for `vnet-perturbed`.
 */
export type Forward<K extends keyof NetworkOutputs> = (
  input: Tensor5D,
  options?: ForwardOptions & NetworkInputs,
) => NetworkOutputs[K]

/** What a pass of some kinds of network is told beside its input. */
export interface NetworkInputs {
  readonly context?: Tensor5D
  readonly head?: FeatureHead
  /** The last samples of which perturbed maps are decoded too. @default half of them */
  readonly perturbed?: number
}

export interface TrainingBatch {
  /** [labelled + unlabelled, x, y, z, channels], labelled samples first. */
  readonly image: Tensor5D
  /** int32 [labelled, x, y, z]: the labels of the labelled samples. There are no others. */
  readonly labels: Tensor4D
  /** The same labels in plain memory, z fastest. */
  readonly labelData: Uint8Array
  readonly labelledCount: number
  readonly unlabelledCount: number
  readonly patch: readonly [number, number, number]
}

/** Every draw a step makes, keyed by (seed, purpose, iteration, sample). */
export interface Draws {
  /** Standard normal numbers, one stream a sample (the first axis). */
  normal(purpose: string, shape: readonly number[]): Tensor
  /** A number from Beta(alpha, alpha), between 0 and 1. `alpha` is whole, or one over a whole number. */
  beta(purpose: string, alpha: number): number
  stream(purpose: string, sample: number): RandomStream
  /** The same numbers in every step of a run. */
  ofRun(purpose: string): RandomStream
}

/** What a step of a method is given. */
export interface StepContext<S extends NetworkSpecs = NetworkSpecs> {
  /** Steps done so far: 0 in the first one. */
  readonly iteration: number
  /** Steps of the whole run. */
  readonly iterations: number
  /** The name of the stage that this step belongs to; empty if the method has none. */
  readonly stage: string
  readonly networks: { readonly [N in keyof S]: Forward<S[N]['kind']> }
  readonly batch: TrainingBatch
  /** The labelled samples of a tensor that has the whole batch on its first axis. */
  labelled<T extends Tensor>(tensor: T): T
  /** The unlabelled samples, likewise. */
  unlabelled<T extends Tensor>(tensor: T): T
  /**
   * The stepped sigmoid ramp-up of this field, `max * exp(-5 (1 - e / 40)^2)` with `e = floor(counter / rampEvery)`; `rampEvery` is 150
   * in full runs and smaller in reduced ones, so that the ramp spans the run. Under `authors` a method may have a longer one than 40.
   *
   * @param counter steps done; `iteration` unless the method's own code counts otherwise
   */
  ramp(max: number, counter?: number): number
  readonly draws: Draws
  /** `authors` where a method's own code is to be followed in what the common protocol has alike for all. */
  readonly protocol: 'common' | 'authors'
  /** Whether a switch of the method is on. */
  has(part: string): boolean
}

/** One player's turn: its terms, and the networks that its sum optimises. */
export interface Phase<S extends NetworkSpecs = NetworkSpecs> {
  readonly name: string
  /** The networks whose parameters this phase's step changes. */
  readonly optimises: readonly (keyof S & string)[]
  terms(context: StepContext<S>): Terms<keyof S & string>
}

/**
 * A stretch of a run with terms of its own. Stages follow one another and share the run's iterations, so that a method with stages has no more of them than one
 * without. When a later one begins, optimisers rest as at the start and every teacher becomes a copy of its student, running statistics included.
 */
export interface Stage {
  readonly name: string
  /** Its part of the run's iterations; the last stage has what the others leave. */
  readonly share: number
}

/** One network output that takes part in the prediction. */
export interface Predictor {
  readonly network: string
  /** `logits` (softmax), `logit` (sigmoid; of several classes the softmax beside a background of 0), or `decoder1` (the first decoder's logits, softmax). @default 'logits' */
  readonly output?: 'logits' | 'logit' | 'decoder1'
}

/** How a method's authors ran it; used under `--protocol authors` alone. */
export interface AuthorsProtocol {
  readonly initialise: 'kaiming' | 'default'
  readonly rotFlip: boolean
  readonly iterations: number
  readonly learningRate: LearningRate
  /** Steps of the ramp-up. @default 40 */
  readonly rampLength?: number
}

export interface MethodDefinition<S extends NetworkSpecs> {
  /** As on the command line: lower case, hyphens. */
  readonly name: string
  /** As in tables. */
  readonly title: string
  /** Authors, title, venue, year. */
  readonly paper: string
  /** What remains different from the paper or its code; numbered in the file's head, printed under tables. */
  readonly differs?: readonly string[]
  /** false: batches hold labelled samples only. @default true */
  readonly usesUnlabelled?: boolean
  readonly networks: S
  /**
   * A method of one player: one phase that optimises every network with an optimiser. Where the batch has no unlabelled sample, which only a supervised twin asks for,
   * it gives the terms of the labelled ones, and passes nothing else through its networks.
   */
  step?(context: StepContext<S>): Terms<keyof S & string>
  /** A method of several players, in order. Either this or `step`. */
  readonly phases?: readonly Phase<S>[]
  /** Stretches with terms of their own, by {@link StepContext.stage}. @default none */
  readonly stages?: readonly Stage[]
  /** The teachers that move after a step. @default all of them */
  averages?(context: Pick<StepContext<S>, 'iteration' | 'draws'>): readonly (keyof S & string)[]
  /** After all phases' optimiser steps and the teachers' averaging; rarely needed. */
  afterStep?(context: { iteration: number; iterations: number }): void
  readonly predictWith: readonly (keyof S & string)[] | readonly Predictor[]
  /** `argmax` (a tie is background) or `threshold` (foreground score > 0.5; of several classes `argmax`). @default 'argmax' */
  readonly decide?: 'argmax' | 'threshold'
  /** Parts that can be switched off, each with what it is; all are on unless a run says otherwise. */
  readonly switches?: Readonly<Record<string, string>>
  readonly authors: AuthorsProtocol
  /** The method whose supervised twin is also this one's, by protocol: the same networks by name, supervised alike. @default a twin of its own */
  readonly twin?: { readonly common?: string; readonly authors?: string }
  /**
   * Which half of the batch each term's gradient comes from, for each network that it ever trains. Terms that train nothing
   * on purpose have an empty entry. In one step a term trains exactly the networks named in its `trains`.
   */
  readonly audit: Readonly<Record<string, { readonly [N in keyof S]?: readonly Half[] }>>
}

/** A method, ready to run. */
export interface Method<S extends NetworkSpecs = NetworkSpecs> {
  readonly name: string
  readonly title: string
  readonly paper: string
  readonly differs: readonly string[]
  readonly usesUnlabelled: boolean
  readonly networks: Readonly<Record<string, NetworkSpec>>
  readonly phases: readonly Phase<S>[]
  readonly stages: readonly Stage[]
  averages?(context: Pick<StepContext<S>, 'iteration' | 'draws'>): readonly string[]
  afterStep?(context: { iteration: number; iterations: number }): void
  readonly predictWith: readonly Required<Predictor>[]
  readonly decide: 'argmax' | 'threshold'
  readonly switches: Readonly<Record<string, string>>
  readonly authors: AuthorsProtocol
  readonly twin: { readonly common?: string; readonly authors?: string }
  /** The method that this is the supervised twin of; absent for every other. */
  readonly twinOf?: string
  readonly audit: Readonly<Record<string, Readonly<Record<string, readonly Half[] | undefined>>>>
}
