import { caseValues } from '../statistics/case-values'
import type { Arm } from './arm'
import { figure } from './measures'
import { isTwin } from './supervised-twins'

const LISTED = 5

/** One case as the methods of a table scored it, each averaged over its seeds. */
export interface TellingCase {
  readonly id: string
  /** Over the methods. */
  readonly dice: number
  readonly best: { readonly name: string; readonly dice: number }
  readonly worst: { readonly name: string; readonly dice: number }
}

export interface TellingCases {
  /** Lowest Dice over all methods first. */
  readonly hardest: readonly TellingCase[]
  /** Largest gap between the best and the worst method first. */
  readonly disputed: readonly TellingCase[]
}

/** Which cases to look at: those that all methods find hard, and those on which they disagree. Twins take no part where methods are there. */
export function tellingCases(arms: readonly Arm[]): TellingCases {
  const own = arms.filter((arm) => !isTwin(arm))
  const methods = own.length > 0 ? own : arms
  const values = methods.map((arm) => ({ name: arm.name, ofArm: caseValues(arm.runs, 'dice') }))
  const shared = [...(values[0]?.ofArm.keys() ?? [])].filter((id) => values.every(({ ofArm }) => ofArm.has(id))).sort()
  const cases = shared.map((id): TellingCase => {
    const scores = values.map(({ name, ofArm }) => ({ name, dice: ofArm.get(id)! })).sort((a, b) => b.dice - a.dice)
    const dice = scores.reduce((sum, one) => sum + one.dice, 0) / scores.length
    return { id, dice, best: scores[0]!, worst: scores.at(-1)! }
  })
  return {
    hardest: cases.toSorted((a, b) => a.dice - b.dice).slice(0, LISTED),
    disputed: methods.length < 2 ? [] : cases.toSorted((a, b) => gap(b) - gap(a)).slice(0, LISTED),
  }
}

function gap({ best, worst }: TellingCase): number {
  return best.dice - worst.dice
}

export const TELLING_HEADS = ['case', 'mean Dice', 'best', 'its Dice', 'worst', 'its Dice ', 'apart'] as const

/** The first, third and fifth of words, the others of figures. */
export function tellingCells(one: TellingCase): string[] {
  const { id, dice, best, worst } = one
  return [id, figure(dice, 3), best.name, figure(best.dice, 3), worst.name, figure(worst.dice, 3), figure(gap(one), 3)]
}
