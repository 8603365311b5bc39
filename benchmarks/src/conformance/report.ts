/** One comparison that went wrong. Non-finite numbers are written as the kit writes them: "NaN", "Infinity", "-Infinity". */
export interface Mismatch {
  case: string
  what: string
  got: number | string
  expected: number | string
  tolerance: number
}

/** How much of a tolerance a comparison used. */
export interface ToleranceUse {
  case: string
  what: string
  share: number
}

/** What came of one group of the kit. */
export interface GroupResult {
  group: string
  /** Cases in which every comparison held. */
  passed: number
  failed: Mismatch[]
  /** Outside its tolerance, and moved by rounding alone as far: see rounding-spread.ts. */
  undecided?: (Mismatch & { spread: number })[]
  /** The comparison that came nearest to its tolerance: their quotient, 1 where it is used up. Exact comparisons do not count. */
  nearest?: ToleranceUse
  /** Why the group was not run; a skipped group has not passed. */
  skipped?: string
}

export function skippedGroup(group: string, reason: string): GroupResult {
  return { group, passed: 0, failed: [], skipped: reason }
}

/** Runs the cases of a group one after the other; a case that throws has failed, with the message as what came. */
export function runCases<Case>(
  group: string,
  cases: readonly Case[],
  nameOf: (testCase: Case, index: number) => string,
  check: (testCase: Case, compare: Comparison) => void,
): GroupResult {
  const result: GroupResult = { group, passed: 0, failed: [] }
  cases.forEach((testCase, index) => {
    const compare = new Comparison(nameOf(testCase, index))
    try {
      check(testCase, compare)
    } catch (error) {
      compare.fail('run', error instanceof Error ? error.message : String(error), 'a result', 0)
    }
    if (compare.mismatches.length === 0) result.passed++
    result.failed.push(...compare.mismatches)
    noteNearest(result, compare)
  })
  return result
}

/** Keeps in the group's result the comparison that came nearest to its tolerance. */
export function noteNearest(result: GroupResult, { nearest }: Comparison): void {
  if (nearest && nearest.share > (result.nearest?.share ?? -1)) result.nearest = nearest
}

/** The comparisons of one case. An array counts as one comparison and is reported by its worst element. */
export class Comparison {
  readonly mismatches: Mismatch[] = []
  /** Every number that was compared, of arrays the elements; empty unless asked for. */
  readonly got = new Map<string, number>()
  nearest?: ToleranceUse

  constructor(
    private readonly name: string,
    private readonly keepNumbers = false,
  ) {}

  number(what: string, got: number, expected: number, tolerance: number): void {
    if (this.keepNumbers) this.got.set(what, got)
    this.#use(what, got, expected, tolerance)
    if (!within(got, expected, tolerance)) this.fail(what, got, expected, tolerance)
  }

  array(
    what: string,
    got: ArrayLike<number>,
    expected: ArrayLike<number>,
    tolerance: number | ((expected: number) => number),
  ): void {
    if (got.length !== expected.length) {
      this.fail(`${what}, number of elements`, got.length, expected.length, 0)
      return
    }
    let worst = -1
    let worstExcess = 0
    for (let i = 0; i < got.length; i++) {
      const allowed = typeof tolerance === 'number' ? tolerance : tolerance(expected[i]!)
      if (this.keepNumbers) this.got.set(`${what}[${i}]`, got[i]!)
      this.#use(what, got[i]!, expected[i]!, allowed)
      if (within(got[i]!, expected[i]!, allowed)) continue
      const excess = Math.abs(got[i]! - expected[i]!) - allowed
      // A NaN where a number belongs is worse than any difference.
      const rank = Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess
      if (worst < 0 || rank > worstExcess) {
        worst = i
        worstExcess = rank
      }
    }
    if (worst < 0) return
    const allowed = typeof tolerance === 'number' ? tolerance : tolerance(expected[worst]!)
    this.fail(`${what}[${worst}]`, got[worst]!, expected[worst]!, allowed)
  }

  #use(what: string, got: number, expected: number, tolerance: number): void {
    const share = Math.abs(got - expected) / tolerance
    if (tolerance > 0 && share > (this.nearest?.share ?? -1)) this.nearest = { case: this.name, what, share }
  }

  fail(what: string, got: number | string, expected: number | string, tolerance: number): void {
    this.mismatches.push({ case: this.name, what, got: written(got), expected: written(expected), tolerance })
  }
}

function within(got: number, expected: number, tolerance: number): boolean {
  if (!Number.isFinite(expected)) return Object.is(got, expected)
  return Math.abs(got - expected) <= tolerance
}

function written(value: number | string): number | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
