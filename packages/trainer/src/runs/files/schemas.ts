import { z } from 'zod'
import type { EngineIdentity } from '../../engines/engine-identity'

// Members that are not known are kept in what decides a result: files of other versions have more of them, and a hash is over all. Elsewhere they are refused:
// the name of a checksum that was damaged is one.

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256')

export const engineIdentity = z.looseObject({
  name: z.string(),
  device: z.string(),
  precision: z.string(),
  numerics: z.string(),
  revision: z.number(),
  library: z.string().optional(),
  threads: z.number().optional(),
}) as unknown as z.ZodType<EngineIdentity>
