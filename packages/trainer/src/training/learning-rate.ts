import type { LearningRate } from '../methods/definition/learning-rate-schedule'

/**
 * The rate of one optimiser step.
 *
 * @param schedule the schedule
 * @param iteration the step, counted from 0
 * @param iterations how many steps the run has in all; read by `poly` alone
 */
export function learningRate(schedule: LearningRate, iteration: number, iterations: number): number {
  switch (schedule.kind) {
    case 'constant':
      return schedule.rate
    case 'step': {
      const counter = Math.max(iteration - (schedule.lag ?? 0) - (schedule.from ?? 0), 0)
      return schedule.rate * schedule.factor ** Math.floor(counter / schedule.every)
    }
    case 'poly': {
      const counter = Math.max(iteration - (schedule.lag ?? 0), 0)
      const rate = schedule.rate * (1 - counter / iterations) ** schedule.power
      const warmUp = schedule.warmUp ?? 0
      return counter < warmUp ? (rate * (counter + 1)) / warmUp : rate
    }
  }
}
