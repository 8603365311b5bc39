/**
 * A learning-rate schedule as plain data, so that it can stand in a run's identity.
 *
 * `lag` tells two families of training scripts apart: with 0 the rate of step `it` is computed from `it`, with 1 it was set after
 * step `it - 1` from that step's counter, so every change comes one step later.
 */
export type LearningRate =
  | { readonly kind: 'constant'; readonly rate: number }
  | {
      readonly kind: 'step'
      readonly rate: number
      /** The rate is multiplied by this ... */
      readonly factor: number
      /** ... each time this many iterations have passed. */
      readonly every: number
      /** @default 0 */
      readonly lag?: 0 | 1
      /** Iterations before the first of those. @default 0 */
      readonly from?: number
    }
  | {
      readonly kind: 'poly'
      readonly rate: number
      /** `rate * (1 - it / iterations) ^ power` */
      readonly power: number
      /** Iterations in which the rate rises linearly to its full value; 0 for none. @default 0 */
      readonly warmUp?: number
      /** @default 0 */
      readonly lag?: 0 | 1
    }
