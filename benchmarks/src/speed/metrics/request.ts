import type { Definition } from '@dualseg/metrics'
import { z } from 'zod'
import type { Timing } from '../request'

/** What a process measures: ours, or the peer's script. The masks are files of bytes, x fastest. */
export interface MetricsRequest {
  readonly definition: Definition
  readonly size: readonly number[]
  readonly prediction: string
  readonly reference: string
  readonly timing: Timing
}

export const metricsReplySchema = z.union([
  z.object({ version: z.string(), seconds: z.array(z.number().positive()).min(1), hd95: z.number(), asd: z.number() }),
  z.object({ error: z.object({ code: z.string().optional(), message: z.string() }), python: z.string().optional() }),
])

export type MetricsReply = Exclude<z.infer<typeof metricsReplySchema>, { error: unknown }>
