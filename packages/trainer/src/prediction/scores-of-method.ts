import type { Method } from '../methods/definition/method'
import type { SlidingWindowOptions } from './sliding-window'

/**
 * The scores that a method's prediction has and how they are decided: the foreground's alone where its network gives one logit, else one a class; a threshold separates
 * two classes and no more.
 *
 * @param classes background counted
 */
export function scoresOfMethod(
  { predictWith, decide }: Pick<Method, 'predictWith' | 'decide'>,
  classes: number,
): Pick<SlidingWindowOptions, 'channels' | 'decide'> {
  if (classes > 2) return { channels: classes, decide: 'argmax' }
  return { channels: predictWith[0]!.output === 'logit' ? 1 : classes, decide }
}
