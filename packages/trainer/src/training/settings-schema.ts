import { z } from 'zod'
import type { LearningRate } from '../methods/definition/learning-rate-schedule'
import type { TrainingSettings } from './settings'

export const positive = z.int().min(1)

export const triple = z.tuple([z.number(), z.number(), z.number()])

const size = z.tuple([positive, positive, positive])

const lag = z.union([z.literal(0), z.literal(1)]).optional()

/** Axes of a volume. */
export const axes = z.array(z.union([z.literal(0), z.literal(1), z.literal(2)]))

const learningRate: z.ZodType<LearningRate> = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('constant'), rate: z.number() }),
  z.looseObject({ kind: z.literal('step'), rate: z.number(), factor: z.number(), every: z.number(), lag }),
  z.looseObject({ kind: z.literal('poly'), rate: z.number(), power: z.number(), warmUp: z.number().optional(), lag }),
]) as z.ZodType<LearningRate>

export const trainingSettings = z.looseObject({
  profile: z.string(),
  protocol: z.enum(['common', 'authors']),
  reduce: positive,
  patch: size,
  stride: size,
  filters: positive,
  dropout: z.number(),
  windowBatch: positive,
  classes: positive,
  classNames: z.array(z.string()).optional(),
  channelNames: z.array(z.string()).optional(),
  distanceUnit: z.literal('mm').optional(),
  initialise: z.enum(['kaiming', 'default']),
  rotFlip: z.boolean(),
  iterations: positive,
  learningRate,
  rampEvery: z.number(),
  batch: z.looseObject({ labelled: z.int(), unlabelled: z.int() }),
  augment: z.looseObject({ kind: z.enum(['flips', 'strong']), mirrorAxes: axes }).optional(),
  testMirror: axes.optional(),
  labelledCases: z.enum(['drawn', 'all']).optional(),
}) as unknown as z.ZodType<TrainingSettings>
