import type { Augmentation } from '@dualseg/data'
import type { Profile } from '@dualseg/trainer'
import { z } from 'zod'

export type Triple = readonly [number, number, number]

/** How long a process runs the same thing: unmeasured first, then measured, each at least once. */
export interface Timing {
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly maxRuns: number
  /** Called when the measured runs begin; not sent to other processes. */
  readonly onMeasured?: () => void
}

export const PASSES = ['forward', 'gradInput', 'gradFilter'] as const
export type Pass = (typeof PASSES)[number]

/** One convolution of the networks. */
export interface ConvolutionShape {
  readonly name: string
  /** [batch, x, y, z, channels] */
  readonly input: readonly [number, number, number, number, number]
  readonly outChannels: number
  /** Cubic. */
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly transposed: boolean
  /** Those that a training step needs: no network asks for the gradient of the image. */
  readonly passes: readonly Pass[]
}

export const STEPS = ['vnet', 'resnet34', 'mt', 'mcf', 'dualnet'] as const
/** A training step: two single networks on labelled batches, three methods. */
export type StepName = (typeof STEPS)[number]

/** What one process is asked to measure; the same words for our worker and for the peer's script. */
export type Measurement =
  | { readonly kind: 'probe' }
  | { readonly kind: 'convolution'; readonly size: Triple; readonly shapes: readonly ConvolutionShape[] }
  | { readonly kind: 'step'; readonly step: StepName; readonly size: Triple; readonly filters: number }
  | { readonly kind: 'kernels'; readonly step: StepName; readonly size: Triple; readonly filters: number }
  | {
      readonly kind: 'inference'
      readonly item: string
      readonly networks: readonly ('vnet' | 'resnet34')[]
      readonly profile: string
      readonly volume: Triple
      readonly patch: Triple
      readonly stride: Triple
      readonly filters: number
    }
  | {
      readonly kind: 'harness'
      readonly step: StepName
      readonly profile: Profile
      readonly augment?: Augmentation['kind']
    }

export type Request = Measurement & { readonly threads: number; readonly timing: Timing }

const seconds = z.array(z.number().positive()).min(1)
const timings = z.array(
  z.object({
    item: z.string(),
    pass: z.enum(PASSES).optional(),
    seconds,
    /** What a harness is measured against, in the same process. */
    bareSeconds: seconds.optional(),
    /** For one crop of a run's batches, on a thread of its own. */
    cropSeconds: seconds.optional(),
  }),
)

/** Of one kernel in one step. */
const kernelFigures = z.object({
  name: z.string(),
  calls: z.number(),
  seconds: z.number(),
  /** Products that were added up. */
  multiplyAdds: z.number(),
  /** Of the tensors that its calls took and gave. */
  bytes: z.number(),
})

export type KernelFigures = z.infer<typeof kernelFigures>

/** What a process answers in the last line of its output. */
export const replySchema = z.union([
  z.object({
    name: z.string(),
    /** What computes, in words: versions, device. */
    version: z.string(),
    threads: z.number(),
    timings,
    /** Of one step, the kernel that takes longest first; and what this machine does at most with the same build. */
    kernels: z
      .object({
        limits: z.object({ multiplyAddsPerSecond: z.number().positive(), bytesPerSecond: z.number().positive() }),
        rows: z.array(kernelFigures),
      })
      .optional(),
    /** The most memory that the process ever had, its program and libraries included. */
    peakBytes: z.number().positive(),
  }),
  z.object({ error: z.object({ code: z.string().optional(), message: z.string() }), python: z.string().optional() }),
])

export type Reply = Exclude<z.infer<typeof replySchema>, { error: unknown }>
