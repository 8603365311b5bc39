// Node entry. The names without `Node` are the same functions, so that one import works on both platforms.
import { evaluateMaskWith } from './evaluate-mask.js'
import { surfaceDistancesNode } from './surface-distances-node.js'

export * from './index-common.js'
export { surfaceDistancesNode, surfaceDistancesNode as surfaceDistances }

/**
 * Dice, Jaccard, HD95 and ASD of one case, as the papers report them.
 *
 * @throws as `surfaceDistancesNode`
 */
export const evaluateMaskNode = evaluateMaskWith(surfaceDistancesNode)
export { evaluateMaskNode as evaluateMask }
