import type { Axis } from '@dualseg/data'
import * as tf from '@tensorflow/tfjs-core'
import type { Predictor } from '../methods/definition/method'
import type { NetworkSet } from '../training/create-networks'
import { predictingNetwork } from './predicting-network'
import type { PredictWindows } from './sliding-window'

export interface NetworkPredictorOptions {
  /**
   * Mean over the mirrorings of a window along these axes in all combinations, each turned back; no paper here does it, and it takes eight times as long for
   * three axes. nnU-Net does it by default.
   *
   * @default []
   */
  readonly mirror?: readonly Axis[]
}

/** The axes x, y, z of [batch, x, y, z, channels] in all combinations. */
const MIRRORINGS = [[], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]]

/**
 * How a method predicts: each of its predicting networks in evaluation mode, softmax or sigmoid of its scores, mean over the networks; the windows go to
 * the engine once and one map comes back, however many networks there are.
 *
 * @param predictors all with the same kind of scores: class logits, or foreground logits
 */
export function networkPredictor(
  networks: NetworkSet,
  predictors: readonly Required<Predictor>[],
  patch: readonly [number, number, number],
  options: NetworkPredictorOptions = {},
): PredictWindows {
  const { mirror = [] } = options
  const predicting = predictors.map((predictor) => predictingNetwork(networks, predictor))
  const mirrorings = MIRRORINGS.filter((axes) => axes.every((axis) => mirror.some((allowed) => allowed + 1 === axis)))
  return async (windows, count) => {
    const mean = tf.tidy(() => {
      const channels = windows.length / (count * patch[0] * patch[1] * patch[2])
      const input = tf.tensor5d(windows, [count, ...patch, channels])
      const maps = mirrorings.flatMap((axes) =>
        predicting.map(({ score }) => tf.tidy(() => mirrored(score(mirrored(input, axes)).probs, axes))),
      )
      return maps.length === 1 ? maps[0]! : tf.div(tf.addN(maps), maps.length)
    })
    try {
      return (await mean.data()) as Float32Array
    } finally {
      mean.dispose()
    }
  }
}

function mirrored(map: tf.Tensor5D, axes: readonly number[]): tf.Tensor5D {
  return axes.length === 0 ? map : tf.reverse(map, [...axes])
}
