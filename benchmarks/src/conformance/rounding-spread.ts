import type { StateDict } from '@dualseg/models'
import { type FormulaSeed, formulaHash } from './formula'
import type { Comparison, Mismatch } from './report'

/** More than enough for a decision on a knife's edge to fall either way. */
const REPETITIONS = 8

/** A second step whose numbers rounding decides: what came, and how far a start within the first step's tolerance moves it. */
export interface RoundedMismatch extends Mismatch {
  readonly spread: number
}

/**
 * The second step begins where the first one ended, and that is known to the first step's tolerance alone: twenty times what rounding does to PyTorch. One voxel that
 * two classes claim alike, one ReLU at its kink, one sign before Adam, and a number of the second step jumps by more than its own tolerance. So what lies outside
 * is measured on the engine at hand: both steps again, from parameters that are moved by a rounding unit, and between them within the first step's tolerance. A number
 * that moves as far as it is off, but for its tolerance, is not wrong but undecided, and named with its spread; a wrong formula stays where it is.
 */
export async function judgeByRounding(
  step: Comparison,
  repeat: (jitter: number) => Promise<Comparison | undefined>,
): Promise<{ wrong: Mismatch[]; undecided: RoundedMismatch[] }> {
  const spreads = new Map<string, number>()
  const spreadOf = ({ what }: Mismatch) => spreads.get(what) ?? 0
  const isWrong = (mismatch: Mismatch) =>
    !(Math.abs(Number(mismatch.got) - Number(mismatch.expected)) <= spreadOf(mismatch) + mismatch.tolerance)
  for (let jitter = 1; jitter <= REPETITIONS && step.mismatches.some(isWrong); jitter++) {
    const repeated = await repeat(jitter)
    for (const mismatch of step.mismatches) {
      const moved = Math.abs((repeated?.got.get(mismatch.what) ?? Number.NaN) - (step.got.get(mismatch.what) ?? Number.NaN))
      if (moved > spreadOf(mismatch)) spreads.set(mismatch.what, moved)
    }
  }
  return {
    wrong: step.mismatches.filter(isWrong),
    undecided: step.mismatches
      .filter((mismatch) => !isWrong(mismatch))
      .map((mismatch) => ({ ...mismatch, spread: spreadOf(mismatch) })),
  }
}

/** Every parameter moved, by what `move` makes of its value and of the kit's hash, from -1 to 1. */
export function jittered(
  state: StateDict,
  constants: FormulaSeed,
  jitter: number,
  move: (value: number, hash: number) => number,
): StateDict {
  return new Map(
    [...state].map(([name, { shape, data }], k) => [
      name,
      { shape, data: data.map((value, j) => Math.fround(value + move(value, formulaHash(j, k + 1000 * jitter, constants)))) },
    ]),
  )
}

const UNIT = 2 ** -23

/** To a neighbour in float32, or nowhere. */
export const byRounding = (value: number, hash: number): number => value * UNIT * Math.round(hash)
