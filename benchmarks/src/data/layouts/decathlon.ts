import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dualsegError } from '@dualseg/kernels'
import { z } from 'zod'
import { schemaFaults } from '../schema-faults'
import { channelsOf } from './channel'
import type { Layout } from './layout'
import { refuseFaults } from './refuse-faults'

/** The Medical Segmentation Decathlon's. */
const schema = z.looseObject({
  modality: z.record(z.string(), z.string()),
  labels: z.record(z.string().regex(/^\d+$/), z.string()),
  training: z.array(z.object({ image: z.string(), label: z.string() })).min(1),
  name: z.string().optional(),
})

/**
 * What the Decathlon's `dataset.json` says.
 *
 * @returns undefined for another file
 * @throws DUALSEG_DATA for one that does not say what it must, for what of it cannot be trained on as yet, or files of its list that are not there
 */
export function decathlonLayout(raw: unknown, path: string): Layout | undefined {
  const parsed = schema.safeParse(raw)
  if (!parsed.success)
    return refuseFaults(raw, path, { mark: 'modality', whose: "the Decathlon's", faults: schemaFaults(parsed.error) })
  const { modality, labels, training, name } = parsed.data
  const folder = dirname(path)
  const strange = training.find(
    ({ image, label }) => caseOf(image, 'imagesTr') === undefined || caseOf(image, 'imagesTr') !== caseOf(label, 'labelsTr'),
  )
  if (strange !== undefined) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: training: ${strange.image} with ${strange.label}; expected ./imagesTr/<case>.nii.gz with ./labelsTr/<case>.nii.gz. Describe another order of files in a dualseg.json`,
    )
  }
  const missing = training.filter(({ image }) => !existsSync(join(folder, image)))
  if (missing.length > 0) {
    throw dualsegError(
      'DUALSEG_DATA',
      `${path}: ${missing.length} of ${training.length} training images are not there, such as ${missing[0]!.image}; get them again, or take them out of the list`,
    )
  }
  const hasTest = existsSync(join(folder, 'imagesTs'))
  const isOne = Object.keys(modality).length === 1
  // Several are the volumes of one 4-D file.
  const { channels, guesses } = channelsOf(modality, path, (index) => ({
    image: 'imagesTr/{case}.nii.gz',
    ...(hasTest && { unlabelled: 'imagesTs/{case}.nii.gz' }),
    ...(!isOne && { volume: index }),
  }))
  return {
    title: name ?? '',
    label: 'labelsTr/{case}.nii.gz',
    channels,
    classes: Object.entries(labels)
      .filter(([value]) => Number(value) !== 0)
      .map(([value, title]) => ({ name: title, values: [Number(value)] })),
    guesses,
  }
}

function caseOf(file: string, folder: string): string | undefined {
  return new RegExp(`^(?:\\./)?${folder}/([^/]+)\\.nii\\.gz$`).exec(file)?.[1]
}
