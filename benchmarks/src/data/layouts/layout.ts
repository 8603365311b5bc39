import type { LabelClass } from '@dualseg/data'

/** One image of every case. */
export interface LayoutChannel {
  /** What it shows; of no matter where cases have one image. */
  readonly name: string
  readonly image: string
  readonly unlabelled?: string
  /** Of a 4-D file. */
  readonly volume?: number
  readonly intensity: { readonly scale: 'none' | 'unit' | 'standard'; readonly window?: readonly [number, number] }
}

/** What another project's `dataset.json` says of a data set. */
export interface Layout {
  readonly title: string
  readonly label: string
  readonly channels: readonly LayoutChannel[]
  readonly classes: readonly LabelClass[]
  /** What was understood in one of several ways, a sentence each. */
  readonly guesses: readonly string[]
}

/** Where the files of a data set lie. */
export interface DatasetFiles {
  /** Of the first channel. */
  readonly image: string
  readonly label: string
  readonly unlabelled?: string | undefined
  /** Of further channels. */
  readonly others: readonly { readonly image: string; readonly unlabelled?: string | undefined }[]
}

/** @param channels at least one */
export function filesOf(
  channels: readonly { readonly image: string; readonly unlabelled?: string | undefined }[],
  label: string,
): DatasetFiles {
  const [first, ...others] = channels.map(({ image, unlabelled }) => ({ image, ...(unlabelled && { unlabelled }) }))
  return { ...first!, label, others }
}
