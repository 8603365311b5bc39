import type { LabelClass } from '@dualseg/data'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import type { ExpectedInput } from '../prediction/expected-input'
import { expectedInput } from '../prediction/input-schema'
import type { TrainingSettings } from '../training/settings'
import { positive, trainingSettings } from '../training/settings-schema'

/** One of the runs whose probabilities a model averages, with all that its networks are made and used by. */
export interface ModelMember {
  /** Of the run's folder: `fold0-seed1-1a2b3c4d`. */
  readonly run: string
  /** The run's identity. */
  readonly sha256: string
  readonly dataset: string
  readonly method: string
  readonly settings: TrainingSettings
  readonly input: ExpectedInput
  /** What it predicts with. */
  readonly networks: readonly WeightsFile[]
}

export interface WeightsFile {
  readonly network: string
  /** Beside the description: safetensors with PyTorch's names. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** `model.json`: what trained runs are, for those who have no folder of runs; the weights lie beside it. */
export interface ModelDescription {
  readonly kind: 'DualSeg model'
  readonly version: 1
  /** Into the header of what it makes: which runs it is of, in at most 79 characters. */
  readonly made: string
  /** Of kernels; biases, batch-norm parameters and statistics are always float32. */
  readonly weights: 'float32' | 'float16'
  /** What 1, 2, … of its labels are called, and which values stand for them in masks. */
  readonly classes: readonly LabelClass[]
  /** What the images of a case show; absent where it takes one. */
  readonly channels?: readonly string[]
  readonly members: readonly [ModelMember, ...ModelMember[]]
}

const weightsFile = z.object({
  network: z.string(),
  file: z.string().regex(/^[\w.-]+$/, 'not the name of a file beside the description'),
  bytes: positive,
  sha256: z.string(),
})

const member = z.object({
  run: z.string(),
  sha256: z.string(),
  dataset: z.string(),
  method: z.string(),
  settings: trainingSettings,
  input: expectedInput,
  networks: z.array(weightsFile).min(1),
})

const description: z.ZodType<ModelDescription> = z.object({
  kind: z.literal('DualSeg model'),
  version: z.literal(1),
  made: z.string(),
  weights: z.enum(['float32', 'float16']),
  classes: z.array(z.object({ name: z.string().min(1), values: z.array(z.int()).min(1) })).min(1),
  channels: z.array(z.string()).optional(),
  members: z.array(member).min(1),
}) as unknown as z.ZodType<ModelDescription>

/**
 * @param value what `model.json` holds
 * @param where it comes from, for the error
 * @throws DUALSEG_DATA for anything else than a model of this version
 */
export function expectModelDescription(value: unknown, where: string): ModelDescription {
  const result = description.safeParse(value)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw dualsegError(
    'DUALSEG_DATA',
    `${where} is no model that this version knows (${path.join('.') || 'the whole'}: ${message}); write it again with bench page`,
  )
}
