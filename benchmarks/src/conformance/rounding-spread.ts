import type { StateDict } from '@dualseg/models'
import { type FormulaSeed, formulaHash } from './formula'
import type { Comparison, Mismatch } from './report'

/** Repetitions from a jittered start: one more than the kit made for its own yardstick. */
const REPETITIONS = 3
/** As the kit has it: twenty times what rounding does. */
const MARGIN = 20

/** A second step whose numbers rounding decides: what came, and how far one rounding unit at the start moves it. */
export interface RoundedMismatch extends Mismatch {
  readonly spread: number
}

/**
 * The kit allows twenty times the worst of three runs of PyTorch in float32, two of them from parameters jittered by one rounding unit. In a
 * second step one ReLU that flips, or one sign before Adam, can cost another order of summation more than it cost those three. So what lies
 * outside is measured on the engine at hand: the same two steps from parameters jittered in the same way. What moves by a twentieth
 * of its distance or more is not wrong but undecided, and named with its spread; a wrong formula moves with rounding as little as a right one.
 */
export async function judgeByRounding(
  step: Comparison,
  repeat: (jitter: number) => Promise<Comparison | undefined>,
): Promise<{ wrong: Mismatch[]; undecided: RoundedMismatch[] }> {
  const spreads = new Map<string, number>()
  for (let jitter = 1; jitter <= REPETITIONS; jitter++) {
    const repeated = await repeat(jitter)
    for (const { what } of step.mismatches) {
      const moved = Math.abs((repeated?.got.get(what) ?? Number.NaN) - (step.got.get(what) ?? Number.NaN))
      if (moved > (spreads.get(what) ?? 0)) spreads.set(what, moved)
    }
  }
  const wrong: Mismatch[] = []
  const undecided: RoundedMismatch[] = []
  for (const mismatch of step.mismatches) {
    const spread = spreads.get(mismatch.what) ?? 0
    if (Math.abs(Number(mismatch.got) - Number(mismatch.expected)) <= MARGIN * spread) undecided.push({ ...mismatch, spread })
    else wrong.push(mismatch)
  }
  return { wrong, undecided }
}

/** Every parameter moved to a neighbour in float32, or left, as the kit's hash says. */
export function jittered(state: StateDict, constants: FormulaSeed, jitter: number): StateDict {
  const UNIT = 2 ** -23
  return new Map(
    [...state].map(([name, { shape, data }], k) => [
      name,
      {
        shape,
        data: data.map((value, j) => Math.fround(value * (1 + UNIT * Math.round(formulaHash(j, k + 1000 * jitter, constants))))),
      },
    ]),
  )
}
