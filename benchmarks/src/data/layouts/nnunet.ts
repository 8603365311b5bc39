import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { schemaFaults } from '../schema-faults'
import { channelsOf } from './channel'
import type { Layout } from './layout'
import { refuseFaults } from './refuse-faults'
import { classesOfRegions, type Regions } from './region-classes'

const value = z.int().nonnegative()

/** nnU-Net's raw data set, version 2. */
const schema = z.looseObject({
  channel_names: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.union([value, z.array(value).min(1)])),
  file_ending: z.string().startsWith('.'),
  name: z.string().optional(),
})

/**
 * What nnU-Net's `dataset.json` says.
 *
 * @returns undefined for another file
 * @throws DUALSEG_DATA for one that does not say what it must, for what of it cannot be trained on as yet
 */
export function nnunetLayout(raw: unknown, path: string): Layout | undefined {
  const parsed = schema.safeParse(raw)
  if (!parsed.success)
    return refuseFaults(raw, path, { mark: 'channel_names', whose: "nnU-Net's", faults: schemaFaults(parsed.error) })
  const { channel_names, labels, file_ending: ending, name, dataset } = parsed.data
  if (dataset !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: "dataset" names a path for every case; scans are looked for in imagesTr and labelsTr: link them there, or describe the folder in a dualseg.json`,
    )
  }
  const {
    background: _,
    ignore,
    ...regions
  } = Object.fromEntries(Object.entries(labels).map(([label, values]) => [label, [values].flat()])) as Regions & {
    ignore?: readonly number[]
  }
  if (ignore !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: label ignore: voxels that nobody outlined cannot be left out of a loss as yet; outline them, or take these cases' labels away`,
    )
  }
  const classes = classesOfRegions(regions, path)
  const hasTest = existsSync(join(dirname(path), 'imagesTs'))
  const { channels, guesses } = channelsOf(channel_names, path, (index) => {
    const name = `{case}_${String(index).padStart(4, '0')}${ending}`
    return { image: `imagesTr/${name}`, ...(hasTest && { unlabelled: `imagesTs/${name}` }) }
  })
  const isOverlapping = Object.values(regions).flat().length > new Set(Object.values(regions).flat()).size
  return {
    title: name ?? '',
    label: `labelsTr/{case}${ending}`,
    channels,
    classes,
    guesses: [
      ...guesses,
      ...(isOverlapping
        ? [
            `regions overlap; they are trained as the parts ${classes.map((one) => `${one.name} (${one.values.join(', ')})`).join(', ')}`,
          ]
        : []),
    ],
  }
}
