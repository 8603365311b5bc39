import type { Triple } from '@dualseg/data'
import type { UsableCase } from './check-cases'

/** What a profile does to scans before crops are taken. */
export interface ScanProfile {
  readonly name: string
  /** Every axis is divided by this. */
  readonly reduce: number
  readonly patch: Readonly<Triple>
}

/** V-Net halves a patch four times. */
const PATCH_MULTIPLE = 16

/** Sentences about scans that a profile cannot reduce at all. */
export function tooShort(cases: readonly UsableCase[], { name, reduce }: ScanProfile): string[] {
  return cases
    .filter(({ size }) => Math.min(...size) < reduce)
    .map(
      ({ id, size }) =>
        `case ${id}: ${times(size)} voxels cannot be reduced by ${reduce}, as profile ${name} does; take --profile full`,
    )
}

/**
 * What is to be said where a profile's scans are smaller than its patch: they are padded, and the networks train on few voxels.
 *
 * @param others that could be taken in its place
 */
export function smallScans(
  cases: readonly UsableCase[],
  profile: ScanProfile,
  others: readonly ScanProfile[],
): string | undefined {
  const small = cases.filter((one) => isSmall(one, profile))
  if (small.length === 0) return undefined
  const least = leastSize(cases).map((n) => Math.floor(n / profile.reduce)) as Triple
  const reduced = profile.reduce > 1 ? `, reduced by ${profile.reduce},` : ''
  return (
    `Profile ${profile.name}: ${small.length} of ${cases.length} scans${reduced} are smaller than its patch of ${times(profile.patch)} voxels and are padded ` +
    `(shortest axes: ${times(least)}); ${proposal(cases, profile, others)}.`
  )
}

/** The strongest reduction whose patches fit, or a patch that fits without any. */
function proposal(cases: readonly UsableCase[], profile: ScanProfile, others: readonly ScanProfile[]): string {
  const fitting = others
    .filter((one) => one.reduce < profile.reduce && !cases.some((scan) => isSmall(scan, one)))
    .sort((a, b) => b.reduce - a.reduce)
  if (fitting[0] !== undefined) return `--profile ${fitting[0].name} fits`
  const patch = leastSize(cases).map((n) => PATCH_MULTIPLE * Math.max(1, Math.floor(n / PATCH_MULTIPLE))) as Triple
  const full = profile.reduce > 1 ? '--profile full with ' : ''
  return `${full}a patch of ${times(patch)} in dataset.json would fit ${patch.some((n, axis) => n > leastSize(cases)[axis]!) ? 'best' : 'all'}`
}

function isSmall({ size }: UsableCase, { reduce, patch }: ScanProfile): boolean {
  return size.some((n, axis) => Math.floor(n / reduce) < patch[axis]!)
}

function leastSize(cases: readonly UsableCase[]): Triple {
  return [0, 1, 2].map((axis) => Math.min(...cases.map(({ size }) => size[axis]!))) as Triple
}

function times(size: readonly number[]): string {
  return size.join(' × ')
}
