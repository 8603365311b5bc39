import { dirname } from 'node:path'
import { type Proposal, proposeFrom } from '../propose/propose'
import { decathlonLayout } from './decathlon'
import type { Layout } from './layout'
import { nnunetLayout } from './nnunet'
import { slugOf } from './slug'

/**
 * A `dataset.json` of nnU-Net's raw layout or of the Medical Segmentation Decathlon's, as a description of ours: what neither says (patch, stride, folds, labelled
 * cases) is proposed from the scans' headers.
 *
 * @returns undefined for what is neither
 * @throws DUALSEG_DATA for what of such a file cannot be trained on as yet, in words
 */
export async function descriptionOfLayout(
  raw: unknown,
  path: string,
  takenNames: readonly string[],
): Promise<Proposal | undefined> {
  const layout = layoutOf(raw, path)
  if (layout === undefined) return undefined
  return proposeFrom({ ...layout, folder: dirname(path), name: slugOf(dirname(path), takenNames) })
}

/** What a file of either layout says itself. */
export function layoutOf(raw: unknown, path: string): Layout | undefined {
  return nnunetLayout(raw, path) ?? decathlonLayout(raw, path)
}
