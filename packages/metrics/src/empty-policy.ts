import { found, metricsError } from './errors.js'

/**
 * What a distance is worth when a mask is empty, so that there is none to measure.
 *
 * - `error`: refused, as medpy does.
 * - `zero`: what the papers' test scripts record: an empty prediction scores 0 in every measure, **a perfect distance**; an empty reference is refused.
 * - `zero-either`: 0 in every measure if either is empty (SSL4MIS's validation).
 * - `nan`: distances are NaN and spoil a mean.
 * - `diagonal`: the diagonal of the volume, the worst there can be (BraTS); 0 if both are empty.
 * - `exclude`: distances are NaN and `excluded` is true: the case is to leave the mean, and to be counted.
 */
export type EmptyPolicy = 'error' | 'zero' | 'zero-either' | 'nan' | 'diagonal' | 'exclude'

export const EMPTY_POLICIES: readonly EmptyPolicy[] = ['error', 'zero', 'zero-either', 'nan', 'diagonal', 'exclude']

export interface Emptiness {
  emptyPrediction: boolean
  emptyReference: boolean
}

/** @throws DUALSEG_VALUE for a name that is no policy */
export function checkPolicy(policy: EmptyPolicy, where: string): void {
  if (EMPTY_POLICIES.includes(policy)) return
  throw metricsError('DUALSEG_VALUE', `${where}: empty: ${found(policy)} is no policy; known: ${EMPTY_POLICIES.join(', ')}`)
}

/**
 * The distance that a policy gives to a pair with an empty mask; undefined if neither is empty.
 *
 * @throws DUALSEG_VALUE if the policy refuses the pair
 */
export function emptyDistance(
  policy: EmptyPolicy,
  { emptyPrediction, emptyReference }: Emptiness,
  geometry: { size: readonly number[]; spacing: readonly number[] },
  where: string,
): number | undefined {
  if (!emptyPrediction && !emptyReference) return undefined
  const refused = policy === 'error' || (policy === 'zero' && !emptyPrediction)
  if (refused) {
    const which =
      emptyPrediction && emptyReference ? 'both masks are' : emptyPrediction ? 'the prediction is' : 'the reference is'
    throw metricsError(
      'DUALSEG_VALUE',
      `${where}: ${which} empty, so there is no distance (empty: '${policy}'); choose another policy`,
    )
  }
  if (policy === 'zero' || policy === 'zero-either') return 0
  if (policy === 'diagonal') {
    return emptyPrediction && emptyReference ? 0 : Math.hypot(...geometry.size.map((n, k) => n * geometry.spacing[k]!))
  }
  return Number.NaN
}

/** The share of agreeing surface (0 worst, 1 best) that goes with a distance of {@link emptyDistance}. */
export function emptyShare(policy: EmptyPolicy, { emptyPrediction, emptyReference }: Emptiness): number {
  if (policy === 'nan' || policy === 'exclude') return Number.NaN
  return policy === 'diagonal' && emptyPrediction && emptyReference ? 1 : 0
}
