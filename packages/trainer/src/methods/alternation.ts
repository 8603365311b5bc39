/**
 * Which of two takes a step: the first, until after so many steps as are drawn it changes, and so on.
 *
 * Source: AD-MT, `AlternateUpdate`.
 *
 * @param iteration steps done
 * @param draw the next number of steps, 1 or more; the same numbers in every step of a run
 */
export function turnOf(iteration: number, draw: () => number): 'first' | 'second' {
  let turn: 'first' | 'second' = 'first'
  for (let end = draw(); iteration >= end; end += draw()) turn = turn === 'first' ? 'second' : 'first'
  return turn
}
