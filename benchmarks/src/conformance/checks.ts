import { Comparison, type GroupResult, noteNearest } from './report'

/** Comparisons of one group, sorted into cases as they come; a case passes when all of its comparisons hold. */
export class Checks {
  private readonly cases = new Map<string, Comparison>()

  constructor(private readonly group: string) {}

  /** Two numbers within a tolerance. */
  near(name: string, what: string, got: number, expected: number, tolerance: number): void {
    this.comparison(name).number(what, got, expected, tolerance)
  }

  /** Two values that must be the same. */
  same(name: string, what: string, got: number | string, expected: number | string): void {
    const comparison = this.comparison(name)
    if (got !== expected) comparison.fail(what, got, expected, 0)
  }

  /** An error where there should have been a result. */
  broke(name: string, error: unknown): void {
    this.comparison(name).fail('run', error instanceof Error ? error.message : String(error), 'a result', 0)
  }

  result(): GroupResult {
    const comparisons = [...this.cases.values()]
    const result: GroupResult = {
      group: this.group,
      passed: comparisons.filter(({ mismatches }) => mismatches.length === 0).length,
      failed: comparisons.flatMap(({ mismatches }) => mismatches),
    }
    for (const comparison of comparisons) noteNearest(result, comparison)
    return result
  }

  private comparison(name: string): Comparison {
    const known = this.cases.get(name)
    if (known) return known
    const comparison = new Comparison(name)
    this.cases.set(name, comparison)
    return comparison
  }
}
