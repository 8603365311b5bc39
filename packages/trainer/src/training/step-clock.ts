/** Time left, from the mean of this process's latest steps; the first ones are slower and leave the mean soon. */
export class StepClock {
  private readonly latest: number[] = []

  left(seconds: number, steps: number): number {
    this.latest.push(seconds)
    if (this.latest.length > 20) this.latest.shift()
    return (this.latest.reduce((sum, one) => sum + one, 0) / this.latest.length) * steps
  }
}
