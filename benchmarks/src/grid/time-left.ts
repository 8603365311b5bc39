/** What a grid still takes, kept up while its runs go on. */
export class TimeLeft {
  private readonly seconds: number[]

  constructor(
    seconds: readonly number[],
    private readonly jobs: number,
  ) {
    this.seconds = [...seconds]
  }

  /** A run's own seconds left, by its index. */
  set(run: number, seconds: number): void {
    this.seconds[run] = seconds
  }

  /** Until the last run ends, with `jobs` of them side by side. */
  total(): number {
    const sum = this.seconds.reduce((total, one) => total + one, 0)
    return Math.max(sum / this.jobs, ...this.seconds)
  }
}
