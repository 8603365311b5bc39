import { wholeLabels } from '@dualseg/data'
import { pathAsStored, readImage } from '@dualseg/data/node'

import { type FoundVolumes, imageFile } from '../find-volumes'
import type { DatasetFiles, Layout, LayoutChannel } from '../layouts/layout'

/** Whole volumes are read of these only. */
const CASES = 10
/** Air of a CT; MR has no negative values. */
const HOUNSFIELD = -100
/** nnU-Net's: what lies outside these percentiles of the outlined voxels is cut. */
const PERCENTILES = [0.005, 0.995] as const
const WINDOW_STEP = 5
/** More different values are no label map. */
const MOST_VALUES = 255
/** Of an image, for percentiles. */
const SAMPLES = 20_000

type Looked = Pick<Layout, 'classes' | 'guesses'> & Pick<LayoutChannel, 'intensity'>

/** Label values, and whether intensities are a CT's, from the first cases with labels. */
export async function lookAtVoxels(files: DatasetFiles, { root, ids, unlabelled }: FoundVolumes): Promise<Looked> {
  const bare = new Set(unlabelled)
  const some = ids.filter((id) => !bare.has(id)).slice(0, CASES)
  const values = new Set<number>()
  const lowest: number[] = []
  const outlined: number[] = []
  for (const id of some) {
    const image = await readImage(imageFile(root, files, id))
    const { volume } = wholeLabels(await readImage(pathAsStored(root, files.label.replaceAll('{case}', id))))
    const step = Math.max(1, Math.floor(image.data.length / SAMPLES))
    const sample = Array.from({ length: Math.ceil(image.data.length / step) }, (_, i) => image.data[i * step]!)
    lowest.push(percentile(sample, PERCENTILES[0]))
    for (let i = 0; i < volume.data.length; i++) {
      const value = volume.data[i]!
      if (value === 0) continue
      if (values.size <= MOST_VALUES) values.add(value)
      if (i % step === 0 && i < image.data.length) outlined.push(image.data[i]!)
    }
  }
  const found = [...values].sort((a, b) => a - b)
  const isCt = percentile(lowest, 0.5) < HOUNSFIELD && outlined.length > 0
  const window = PERCENTILES.map((share) => WINDOW_STEP * Math.round(percentile(outlined, share) / WINDOW_STEP)) as [
    number,
    number,
  ]
  const seen = `in ${some.length} cases`
  return {
    classes: found.map((value) => ({ name: `label ${value}`, values: [value] })),
    intensity: isCt && window[0] < window[1] ? { scale: 'standard', window } : { scale: 'standard' },
    guesses: [
      `label values ${found.join(', ')}, as found ${seen}`,
      isCt
        ? `a CT, for values go below ${HOUNSFIELD}: cut to ${window.join(' … ')} HU, between which 99 % of the outlined voxels lie ${seen}`
        : `no CT, for values do not go below ${HOUNSFIELD}: brought to mean 0 and SD 1`,
    ],
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round(share * (sorted.length - 1))]!
}
