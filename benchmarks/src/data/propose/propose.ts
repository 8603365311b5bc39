import { readGrid } from '@dualseg/data/node'
import { dualsegError } from '@dualseg/kernels'
import { imageFile, volumesIn } from '../find-volumes'
import { filesOf, type Layout, type LayoutChannel } from '../layouts/layout'
import { proposeCounts } from './counts'
import { medianOf, proposePatch, sizeAlongPatient } from './patch'

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
  const { folder, label, channels, title, name, classes } = known
  const files = filesOf(channels, label)
  const found = volumesIn(folder, files)
  if (found === null) {
    throw dualsegError('DUALSEG_DATA', `${folder} holds no scan; expected ${files.image.replaceAll('{case}', '<case>')}`)
  }
  const { ids, unlabelled } = found
  const counts = proposeCounts(ids.length - unlabelled.length, unlabelled.length, folder, files.label)
  const [{ image, unlabelled: others, volume, intensity }] = channels as [LayoutChannel]
  const isOne = channels.length === 1 && volume === undefined
  const grids = []
  for (const id of ids.slice(0, HEADERS))
    grids.push(await readGrid(imageFile(folder, files, id), volume === undefined ? {} : { volume }))
  const size = medianOf(grids.map(sizeAlongPatient))
  const patch = proposePatch(size)
  return {
    description: {
      name,
      title: title === '' ? name : title,
      files: isOne ? { image, label, ...(others && { unlabelled: others }) } : { label },
      classes,
      ...(isOne ? { intensity } : { channels }),
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
