/** What a run was said to take. */
export interface SaidRun {
  /** With its switches: runs of one method take alike. */
  readonly method: string
  readonly seconds: number
  readonly testSeconds: number
  readonly iterationsLeft: number
  readonly casesLeft: number
}

type Stage = 'train' | 'test'

/** Until the last run ends, with `jobs` of them side by side. */
export function wallSeconds(seconds: readonly number[], jobs: number): number {
  return Math.max(seconds.reduce((total, one) => total + one, 0) / jobs, 0, ...seconds)
}

/**
 * What a grid still takes, kept up while its runs go on. What was said of steps and test cases is corrected by what those that are done really took: by those of the same
 * method where there are any, else by all.
 */
export class TimeLeft {
  private readonly seconds: (number | undefined)[]
  private readonly paces = { train: new Pace(), test: new Pace() }

  constructor(
    private readonly runs: readonly SaidRun[],
    private readonly jobs: number,
  ) {
    this.seconds = runs.map(() => undefined)
  }

  /**
   * One more step or case of a run is done.
   *
   * @param took seconds of it
   * @param stageSeconds left of its stage, from its own steps
   */
  advance(run: number, stage: Stage, took: number, stageSeconds: number): void {
    const { method, seconds, testSeconds, iterationsLeft, casesLeft } = this.runs[run]!
    const said = stage === 'train' ? (seconds - testSeconds) / iterationsLeft : testSeconds / casesLeft
    this.paces[stage].add(method, said, took)
    this.seconds[run] = stageSeconds + (stage === 'train' ? testSeconds * this.paces.test.of(method) : 0)
  }

  end(run: number): void {
    this.seconds[run] = 0
  }

  /** Of a run. */
  of(run: number): number {
    const { method, seconds, testSeconds } = this.runs[run]!
    return this.seconds[run] ?? (seconds - testSeconds) * this.paces.train.of(method) + testSeconds * this.paces.test.of(method)
  }

  /** Of the grid. */
  total(): number {
    return wallSeconds(
      this.runs.map((_, run) => this.of(run)),
      this.jobs,
    )
  }
}

/** How much longer things take than was said. */
class Pace {
  private readonly sums = new Map<string, { said: number; took: number }>()
  private readonly all = { said: 0, took: 0 }

  add(method: string, said: number, took: number): void {
    const own = this.sums.get(method) ?? { said: 0, took: 0 }
    this.sums.set(method, own)
    for (const sum of [own, this.all]) {
      sum.said += said
      sum.took += took
    }
  }

  of(method: string): number {
    const { said, took } = this.sums.get(method) ?? this.all
    return said > 0 ? took / said : 1
  }
}
