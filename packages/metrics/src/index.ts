// Browser entry.
import { evaluateMaskWith } from './evaluate-mask.js'
import { surfaceDistances } from './surface-distances.js'

export * from './index-common.js'
export { surfaceDistances }

/**
 * Dice, Jaccard, HD95 and ASD of one case, as the papers report them.
 *
 * @throws as `surfaceDistances`
 */
export const evaluateMask = evaluateMaskWith(surfaceDistances)
