import type { GroupResult } from './report'

/** Collects the comparisons of one group; a case passes when all of its comparisons do. */
export class Checks {
  private readonly cases = new Set<string>()
  private readonly failed: GroupResult['failed'] = []

  constructor(private readonly group: string) {}

  /** Two numbers within a tolerance; NaN never is. */
  near(name: string, what: string, got: number, expected: number, tolerance: number): void {
    this.cases.add(name)
    if (!(Math.abs(got - expected) <= tolerance)) this.failed.push({ case: name, what, got, expected, tolerance })
  }

  /** Two values that must be the same. */
  same(name: string, what: string, got: number | string, expected: number | string): void {
    this.cases.add(name)
    if (got !== expected) this.failed.push({ case: name, what, got, expected, tolerance: 0 })
  }

  /** An error where there should have been a number. */
  broke(name: string, error: unknown): void {
    this.cases.add(name)
    const got = error instanceof Error ? error.message : String(error)
    this.failed.push({ case: name, what: 'ran', got, expected: 'no error', tolerance: 0 })
  }

  result(): GroupResult {
    const failing = new Set(this.failed.map((failure) => failure.case))
    return { group: this.group, passed: this.cases.size - failing.size, failed: this.failed }
  }
}
