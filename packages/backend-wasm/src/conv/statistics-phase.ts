import type { Phase } from '../launch'

/** Joins the (count, mean, M2) slots that convolution tasks left into float32 mean and biased variance per channel. */
export function statisticsPhase(slots: number, slotCount: number, channels: number, mean: number, variance: number): Phase {
  return { fn: 'mergeStatistics', args: [slots, slotCount, channels, mean, variance], tasks: channels }
}
