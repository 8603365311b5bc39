import type { EngineOptions } from '@dualseg/kernels'
import type { OptionsOf } from '@dualseg/trainer'
import { choose } from './choose'

/** The options of every command that decide how its engine computes. */
export const NUMERIC_ARGUMENTS = {
  numerics: {
    type: 'string',
    description:
      "fast (gradients in fewer operations, far inside the kit's tolerances) or strict (all as accurate as direct sums)",
    default: 'fast',
  },
  simd: {
    type: 'string',
    description: 'plain, or relaxed: fused multiply-adds where Node and processor have them; faster, other last bits',
    default: 'plain',
  },
} as const

/** All that a command line may say about an engine; each engine takes what it knows. */
export type EngineArguments = EngineOptions & Pick<OptionsOf<'wasm'>, 'relaxedSimd'>

/** How an engine is to compute. */
export type NumericOptions = Required<Pick<EngineArguments, 'numerics' | 'relaxedSimd'>>

/** The values of `--numerics` and `--simd`. */
export function numericOptions(args: Record<string, unknown>): NumericOptions {
  return {
    numerics: choose('--numerics', String(args.numerics), ['fast', 'strict'] as const),
    relaxedSimd: choose('--simd', String(args.simd), ['plain', 'relaxed'] as const) === 'relaxed',
  }
}
