import { z } from 'zod'

/** What a run's or a grid's file must say of its engine. */
export const engineIdentity = z.object({
  name: z.string(),
  device: z.string(),
  precision: z.string(),
  numerics: z.string(),
  revision: z.number(),
  library: z.string().optional(),
  threads: z.number().optional(),
})
