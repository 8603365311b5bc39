import type { Augmentation, Axis } from '@dualseg/data'
import type { LearningRate } from '../methods/definition/learning-rate-schedule'
import type { Method } from '../methods/definition/method'

type Triple = readonly [number, number, number]

/** The size of an experiment, as plain data. Everything here is part of a run's identity. */
export interface Profile {
  /** `quick`, `half`, `full`; printed on every table. */
  readonly name: string
  /** Every axis of the volumes is divided by this before training; predictions are scored on the original grid. */
  readonly reduce: number
  readonly patch: Triple
  /** Sliding-window stride. */
  readonly stride: Triple
  /** Channels of the networks' first stage; 16 is the published size. */
  readonly filters: number
  /** Share of channels dropped in training. */
  readonly dropout: number
  /** Windows passed through the networks at once when predicting. @default as many as have half a million voxels, at least 1 and at most 8 */
  readonly windowBatch?: number
  readonly iterations: number
  readonly learningRate: LearningRate
  /** Iterations of one of the ramp-up's 40 steps: 150 at full size. */
  readonly rampEvery: number
  readonly batch: { readonly labelled: number; readonly unlabelled: number }
  /** Labelled samples a batch for a method that uses no unlabelled ones. */
  readonly supervisedBatch: number
}

/** What all methods share under one protocol. */
export interface Protocol {
  /** `common`: the same for every method. `authors`: what each method's own code does. */
  readonly name: 'common' | 'authors'
  readonly initialise: 'kaiming' | 'default'
  /** Random rotation by 90 degrees in x-y and a flip, before cropping. */
  readonly rotFlip: boolean
  /** What is done to every crop, whatever the method; no compared paper does it. @default nothing */
  readonly augment?: Augmentation
  /** The test's windows are predicted in every mirroring along these axes, and averaged; no compared paper does it. @default in none */
  readonly testMirror?: readonly Axis[]
  /**
   * Labelled cases drawn anew for every fold and seed, or all of the training list; the compared papers take the first of it.
   *
   * @default the first
   */
  readonly labelledCases?: 'drawn' | 'all'
}

/** Kaiming initialisation, random crops without rotation, the same schedule for all. */
export const COMMON_PROTOCOL: Protocol = { name: 'common', initialise: 'kaiming', rotFlip: false }

/** Each method's own; the fields are replaced by the method's. */
export const AUTHORS_PROTOCOL: Protocol = { name: 'authors', initialise: 'default', rotFlip: true }

/** Profile and protocol, resolved for one method: all that decides how it is trained and tested. */
export interface TrainingSettings {
  readonly profile: string
  readonly protocol: 'common' | 'authors'
  readonly reduce: number
  readonly patch: Triple
  readonly stride: Triple
  readonly filters: number
  readonly dropout: number
  readonly windowBatch: number
  /** With background. */
  readonly classes: number
  /** Names of those besides background; absent where there is one. */
  readonly classNames?: readonly string[]
  /** Names of the images of a case; absent where there is one. */
  readonly channelNames?: readonly string[]
  /** Absent where a test measures distances in voxels of the original grid. */
  readonly distanceUnit?: 'mm'
  readonly initialise: 'kaiming' | 'default'
  readonly rotFlip: boolean
  readonly iterations: number
  readonly learningRate: LearningRate
  readonly rampEvery: number
  /** Steps of the ramp-up, where they are not 40. */
  readonly rampLength?: number
  readonly batch: { readonly labelled: number; readonly unlabelled: number }
  /** Absent unless crops are augmented, so that runs of versions without it keep their identity. */
  readonly augment?: Augmentation
  /** Axes along which the test mirrors its windows; absent unless it does. */
  readonly testMirror?: readonly Axis[]
  /** Absent where they are the first of the training list. */
  readonly labelledCases?: 'drawn' | 'all'
}

/** Small windows leave an engine's threads idle and have each filter prepared anew; large ones only take memory together. */
const BATCH_VOXELS = 2 ** 19
const MOST_WINDOWS = 8

/** Windows handed to an engine at once if a profile does not say. */
export function windowBatchOf(patch: Triple): number {
  return Math.min(Math.max(Math.floor(BATCH_VOXELS / (patch[0] * patch[1] * patch[2])), 1), MOST_WINDOWS)
}

/** What a data set's labels and images decide. */
export interface DataSettings {
  /** Classes besides background. @default one */
  readonly classNames?: readonly string[]
  /** @default voxels of the original grid */
  readonly distanceUnit?: 'mm' | undefined
  /** Images of a case (T1, FLAIR …). @default one */
  readonly channelNames?: readonly string[]
}

/** How many images of a case networks see. */
export function channelsOf({ channelNames }: Pick<TrainingSettings, 'channelNames'>): number {
  return channelNames?.length ?? 1
}

/** The published schedule's length, which reduced profiles are a fraction of. */
const FULL_ITERATIONS = 6000

/** A supervised twin has its method's labelled samples, and they alone. */
function batchOf({ usesUnlabelled, twinOf }: Method, { batch, supervisedBatch }: Profile): TrainingSettings['batch'] {
  if (usesUnlabelled) return batch
  return { labelled: twinOf === undefined ? supervisedBatch : batch.labelled, unlabelled: 0 }
}

/**
 * Settles profile and protocol for one method.
 *
 * Under `authors` the method's own initialisation, augmentation, number of iterations and rate schedule apply; in a reduced profile
 * its numbers of iterations shrink by the profile's share of the published 6,000, and the rate starts at the profile's.
 */
export function resolveSettings(method: Method, profile: Profile, protocol: Protocol, data: DataSettings = {}): TrainingSettings {
  const { classNames = ['foreground'], distanceUnit, channelNames = [] } = data
  const shared = {
    profile: profile.name,
    protocol: protocol.name,
    reduce: profile.reduce,
    patch: profile.patch,
    stride: profile.stride,
    filters: profile.filters,
    dropout: profile.dropout,
    windowBatch: profile.windowBatch ?? windowBatchOf(profile.patch),
    classes: classNames.length + 1,
    ...(classNames.length > 1 && { classNames }),
    ...(channelNames.length > 1 && { channelNames }),
    ...(distanceUnit && { distanceUnit }),
    rampEvery: profile.rampEvery,
    batch: batchOf(method, profile),
    ...(protocol.augment && { augment: protocol.augment }),
    ...(protocol.testMirror && { testMirror: protocol.testMirror }),
    ...(protocol.labelledCases && { labelledCases: protocol.labelledCases }),
  }
  if (protocol.name === 'common') {
    const { initialise, rotFlip } = protocol
    return { ...shared, initialise, rotFlip, iterations: profile.iterations, learningRate: profile.learningRate }
  }
  const { initialise, rotFlip, iterations, learningRate, rampLength } = method.authors
  const share = profile.iterations / FULL_ITERATIONS
  const rate = share === 1 ? learningRate.rate : profile.learningRate.rate
  const scaled: LearningRate =
    learningRate.kind === 'step'
      ? {
          ...learningRate,
          rate,
          every: Math.round(learningRate.every * share),
          ...(learningRate.from !== undefined && { from: Math.round(learningRate.from * share) }),
        }
      : { ...learningRate, rate }
  return {
    ...shared,
    initialise,
    rotFlip,
    iterations: Math.round(iterations * share),
    learningRate: scaled,
    ...(rampLength !== undefined && { rampLength }),
  }
}
