import type { PredictWindows } from './sliding-window'

/** How one run predicts. */
export interface EnsembleMember {
  readonly predict: PredictWindows
  /** 1 where its maps have the foreground's probability and no other. */
  readonly channels: number
  readonly decide: 'argmax' | 'threshold'
}

/**
 * The mean of the probabilities of several runs, window by window; of one run its own maps, untouched. Where only some say the foreground alone, its rest is the
 * background's.
 *
 * @param classes with background
 */
export function ensemblePredictor(members: readonly EnsembleMember[], classes: number): EnsembleMember {
  const [first] = members as readonly [EnsembleMember]
  const channels = members.every((member) => member.channels === 1) ? 1 : classes
  const decide = members.every((member) => member.decide === first.decide) ? first.decide : 'argmax'
  if (members.length === 1) return { predict: first.predict, decide, channels }
  return {
    channels,
    decide,
    async predict(windows, count) {
      let sum: Float32Array | undefined
      for (const { predict, channels: given } of members) {
        const own = await predict(windows, count)
        const maps = given === 1 && channels > 1 ? withBackground(own) : own
        if (sum === undefined) sum = Float32Array.from(maps)
        else for (let i = 0; i < sum.length; i++) sum[i]! += maps[i]!
      }
      for (let i = 0; i < sum!.length; i++) sum![i]! /= members.length
      return sum!
    },
  }
}

function withBackground(foreground: Float32Array): Float32Array {
  const both = new Float32Array(2 * foreground.length)
  for (let i = 0; i < foreground.length; i++) {
    both[2 * i] = 1 - foreground[i]!
    both[2 * i + 1] = foreground[i]!
  }
  return both
}
