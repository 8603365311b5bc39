import { readGrid } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { imageFile, volumesIn } from '../find-volumes'
import type { Layout } from '../layouts/layout'
import { proposeCounts } from './counts'
import { medianSize, proposePatch, sizeAlongPatient } from './patch'

/** More headers would say the same, and take long over a network. */
const HEADERS = 100

/** A description as it is written, and what of it was guessed. */
export interface Proposal {
  readonly description: Readonly<Record<string, unknown>>
  readonly guesses: readonly string[]
}

/**
 * A description of scans whose files, classes and intensities are known: patch and stride from sizes, folds and labelled cases from numbers. The same scans give
 * the same description.
 *
 * @throws DUALSEG_DATA if there are too few scans, or headers that cannot be read
 */
export async function proposeFrom(known: Layout & { readonly folder: string; readonly name: string }): Promise<Proposal> {
  const { folder, files, title, name, classes, intensity } = known
  const found = volumesIn(folder, files)
  if (found === null) {
    throw dualsegError('DUALSEG_DATA', `${folder} holds no scan; expected ${files.image.replaceAll('{case}', '<case>')}`)
  }
  const { ids, unlabelled } = found
  const counts = proposeCounts(ids.length - unlabelled.length, unlabelled.length, folder, files.label)
  const grids = []
  for (const id of ids.slice(0, HEADERS)) grids.push(await readGrid(imageFile(folder, files, id)))
  const size = medianSize(grids.map(sizeAlongPatient))
  const patch = proposePatch(size)
  return {
    description: {
      name,
      title: title === '' ? name : title,
      files,
      classes,
      intensity,
      profiles: { full: { patch, stride: patch.map((length) => length / 2) } },
      labelled: counts.labelled,
      folds: { count: counts.folds, seed: 1 },
    },
    guesses: [
      ...known.guesses,
      `patch ${patch.join(' x ')}, for the median scan has ${size.join(' x ')} voxels (left-right, front-back, foot-head); windows step by half of it`,
      ...counts.guesses,
    ],
  }
}
