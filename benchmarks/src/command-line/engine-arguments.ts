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
  packing: {
    type: 'string',
    description:
      'on: the wasm engine has V8 pack its kernels into 256-bit instructions where Node and processor can; the same bits, faster; or off',
    default: 'on',
  },
  device: {
    type: 'string',
    description: 'auto (a card if there is one) or cpu; of the torch engine also cuda or cuda:1',
    default: 'auto',
  },
  precision: {
    type: 'string',
    description: 'Of the torch engine: float32, or bfloat16 (convolutions; weights, statistics and losses stay float32)',
    default: 'float32',
  },
  tf32: { type: 'boolean', description: 'Torch on a card: TensorFloat-32 in convolutions; faster, fewer digits', default: false },
  cudnn: {
    type: 'string',
    description: 'Torch on a card: deterministic, or fastest (timed on first use; other bits each time)',
    default: 'deterministic',
  },
} as const

/** All that a command line may say about an engine; each engine takes what it knows. */
export type EngineArguments = EngineOptions &
  Pick<OptionsOf<'wasm'>, 'relaxedSimd' | 'packedSimd'> &
  Pick<OptionsOf<'torch'>, 'device' | 'precision' | 'tf32' | 'cudnn'>

/** How an engine is to compute. */
export type NumericOptions = {
  readonly [Name in Exclude<keyof EngineArguments, 'threads'>]-?: NonNullable<EngineArguments[Name]>
}

/** The values of `NUMERIC_ARGUMENTS`. */
export function numericOptions(args: Record<string, unknown>): NumericOptions {
  return {
    numerics: choose('--numerics', String(args.numerics), ['fast', 'strict'] as const),
    relaxedSimd: choose('--simd', String(args.simd), ['plain', 'relaxed'] as const) === 'relaxed',
    packedSimd: choose('--packing', String(args.packing), ['on', 'off'] as const) === 'on',
    // Which cards there are, the engine knows.
    device: String(args.device) as NumericOptions['device'],
    precision: choose('--precision', String(args.precision), ['float32', 'bfloat16'] as const),
    tf32: args.tf32 === true,
    cudnn: choose('--cudnn', String(args.cudnn), ['deterministic', 'fastest'] as const),
  }
}

/** The command line that `numericOptions` and `--threads` read as these options; none for what is not given, is off, or changes no bit. */
export function engineOptions({ relaxedSimd, packedSimd: _, tf32, ...named }: EngineArguments): string[] {
  const said = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))
  return [...said, ...(relaxedSimd ? ['--simd relaxed'] : []), ...(tf32 ? ['--tf32'] : [])]
}
